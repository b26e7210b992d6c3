/** A progress bar on a terminal; nothing where output is piped or JSON is asked for. */
import { type JobProgress } from '@bigdata/models';
import { SingleBar } from 'cli-progress';
import { type CommandContext } from './context';

export interface Progress {
  update(bytes: number, bytesTotal?: number, rows?: JobProgress): void;
  stop(): void;
}

const MIB = 1 << 20;

export function createProgress(context: CommandContext, title: string, bytesTotal: number): Progress {
  if (context.json || !context.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    stream: context.stderr,
    format: `${title} [{bar}] {percentage}% {mib} MiB{rows}`,
    barsize: 24,
    hideCursor: true,
  });
  bar.start(bytesTotal, 0, { mib: '0', rows: '' });
  return {
    update(bytes, total, rows) {
      if (total !== undefined) bar.setTotal(total);
      bar.update(bytes, { mib: (bytes / MIB).toFixed(1), rows: rows ? rowText(rows) : '' });
    },
    stop: () => bar.stop(),
  };
}

function rowText(progress: JobProgress): string {
  const eta = progress.eta_s === null ? '' : `, ${Math.ceil(progress.eta_s)} s left`;
  return ` | ${progress.rows_read} rows, ${Math.round(progress.rows_per_s)}/s, ${progress.rows_rejected} rejected${eta}`;
}
