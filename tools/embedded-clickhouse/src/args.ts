import { parseArgs } from 'node:util';

/** How one server is run. Times in milliseconds. */
export type ServerConfig = {
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Empty: no password is asked for. */
  readonly password: string;
  /** Statements that run at the same time. */
  readonly sessions: number;
  /** Of the cluster `embedded`, which is this server in the place of several; 1: no cluster. */
  readonly shards: number;
  /** `host:port` of a ZooKeeper that replicated tables are registered with; null: they are plain ones. */
  readonly keeper: string | null;
  /** What this server calls itself there. */
  readonly replica: string;
  /** Statements that may wait for one of them. */
  readonly queueMax: number;
  /** How long running statements may go on after SIGTERM. */
  readonly stopDeadlineMs: number;
};

export const USAGE = `usage: main.js --dir DIR [--host 127.0.0.1] [--port 0] [--user default]
               [--password-file FILE | CLICKHOUSE_PASSWORD in the environment] [--sessions N]
               [--shards N [--keeper HOST:PORT [--replica NAME]]]`;

/** Wrong command line: exit code 2. */
export class UsageError extends Error {}

/**
 * Reads the command line. `readFile` reads the password file; one trailing line feed of it is dropped.
 */
export function parseServerArgs(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): ServerConfig {
  const values = parseOptions(argv);
  if (!values.dir) throw new UsageError('--dir is required');
  return {
    directory: values.dir,
    host: values.host,
    port: wholeNumber('--port', values.port, 0, 65_535),
    user: values.user,
    password:
      values['password-file'] === undefined
        ? (env['CLICKHOUSE_PASSWORD'] ?? '')
        : readPassword(values['password-file'], readFile),
    sessions: wholeNumber('--sessions', values.sessions, 1, 256),
    shards: wholeNumber('--shards', values.shards, 1, 16),
    keeper: values.keeper === undefined ? null : matching('--keeper', values.keeper, /^[\w.-]+:\d{1,5}$/),
    replica: matching('--replica', values.replica, /^\w+$/),
    queueMax: 4096,
    stopDeadlineMs: 10_000,
  };
}

function parseOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        dir: { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '0' },
        user: { type: 'string', default: 'default' },
        'password-file': { type: 'string' },
        sessions: { type: 'string', default: '8' },
        shards: { type: 'string', default: '1' },
        keeper: { type: 'string' },
        replica: { type: 'string', default: '1' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readPassword(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new UsageError(`--password-file ${path} cannot be read`, { cause });
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new UsageError(`${name} must be a number from ${min} to ${max}`);
  return value;
}

function matching(name: string, text: string, pattern: RegExp): string {
  if (!pattern.test(text)) throw new UsageError(`${name} cannot be ${text}`);
  return text;
}
