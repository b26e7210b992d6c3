import { type Logger } from '@bigdata/platform';

export interface RecordingLogger extends Logger {
  readonly lines: { level: string; message: string; members: Readonly<Record<string, unknown>> }[];
}

/** Keeps every line for the test to look at. */
export function createRecordingLogger(): RecordingLogger {
  const lines: RecordingLogger['lines'] = [];
  const write =
    (level: string) =>
    (message: string, members: Readonly<Record<string, unknown>> = {}): void =>
      void lines.push({ level, message, members });
  const logger: RecordingLogger = {
    lines,
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    child: () => logger,
  };
  return logger;
}
