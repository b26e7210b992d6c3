/** winston, made in the composition root and passed on. Every line goes through the redaction. */
import winston from 'winston';
import { redact } from './redact';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
type Members = Readonly<Record<string, unknown>>;

export interface Logger {
  error(message: string, members?: Members): void;
  warn(message: string, members?: Members): void;
  info(message: string, members?: Members): void;
  debug(message: string, members?: Members): void;
  /** A logger whose every line carries these members too. */
  child(members: Members): Logger;
}

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  /** Where lines go; standard output unless a test wants to read them. */
  readonly stream?: NodeJS.WritableStream;
}

export function createLogger(options: LoggerOptions): Logger {
  const writer = winston.createLogger({
    level: options.level,
    format: options.format === 'json' ? winston.format.json() : winston.format.printf(toPretty),
    // winston types its transports as interfaces rather than as the class it constructs.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    transports: [new winston.transports.Stream({ stream: options.stream ?? process.stdout })],
  });
  const withMembers = (fixed: Members): Logger => {
    const write =
      (level: LogLevel) =>
      (message: string, members: Members = {}): void => {
        if (!writer.isLevelEnabled(level)) return;
        const safe = redact({ ...fixed, ...members }) as Record<string, unknown>;
        writer.log({
          time: new Date().toISOString(),
          ...safe,
          service: options.service,
          level,
          message: String(redact(message)),
        });
      };
    return {
      error: write('error'),
      warn: write('warn'),
      info: write('info'),
      debug: write('debug'),
      child: (members) => withMembers({ ...fixed, ...members }),
    };
  };
  return withMembers({});
}

function toPretty(line: Record<string, unknown>): string {
  const { time, level, service, message, ...members } = line;
  const rest = Object.keys(members).length === 0 ? '' : ` ${JSON.stringify(members)}`;
  return `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${String(service)}: ${String(message)}${rest}`;
}
