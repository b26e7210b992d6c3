import { type Job, ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { type Column } from '../output';
import { wholeNumber } from './users';

const COLUMNS: readonly Column<Job>[] = [
  { title: 'ID', value: (job) => job.id },
  { title: 'STATE', value: (job) => job.state },
  { title: 'SOURCE', value: (job) => job.source },
  { title: 'DATASET', value: (job) => job.dataset },
  { title: 'READ', value: (job) => job.progress.rows_read, align: 'right' },
  { title: 'LOADED', value: (job) => job.progress.rows_loaded, align: 'right' },
  { title: 'REJECTED', value: (job) => job.progress.rows_rejected, align: 'right' },
  { title: 'CREATED', value: (job) => job.created_at },
];

/** Beyond what the answer itself waits for. */
const UNDO_LOOKS_MAX = 50;
const UNDO_LOOK_EVERY_MS = 1_000;

export function addJobCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  const jobs = program.command('jobs').description('ingest jobs');

  jobs
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--state <state>', 'queued, running, succeeded, failed or cancelled')
    .option('--limit <n>', 'how many', wholeNumber, 20)
    .action(async (options: { state?: string; limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.listJobs, {
        query: { state: options.state, limit: options.limit },
      });
      output.items(data.data, COLUMNS);
    });

  jobs
    .command('show <id>')
    .description('progress and result of a job')
    .action(async (id: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const { data: job } = await api('admin').call(ROUTES.readJob, { params: { id } });
      output.item(job, jobMembers(job));
    });

  const change = (
    name: 'cancel' | 'retry',
    contract: typeof ROUTES.cancelJob | typeof ROUTES.retryJob,
    description: string,
  ): void => {
    jobs
      .command(`${name} <id>`)
      .description(description)
      .action(async (id: string, _options: object, command: Command) => {
        const { output, api } = contextOf(command);
        const { data: job } = await api('admin').call(contract, { params: { id } });
        output.item(job, jobMembers(job));
      });
  };
  change('cancel', ROUTES.cancelJob, 'stop a job that waits or runs; what it loaded stays');
  change('retry', ROUTES.retryJob, 'run a failed or cancelled job again, from where it stopped');

  jobs
    .command('undo <id>')
    .description('take back what a job loaded, and wait until that is done')
    .action(async (id: string, _options: object, command: Command) => {
      const { output, api, wait } = contextOf(command);
      const client = api('admin');
      let { data: job } = await client.call(ROUTES.undoJob, { params: { id } });
      for (let looks = 0; job.undo?.state !== 'done' && looks < UNDO_LOOKS_MAX; looks += 1) {
        await wait(UNDO_LOOK_EVERY_MS);
        ({ data: job } = await client.call(ROUTES.readJob, { params: { id } }));
      }
      output.item(job, jobMembers(job));
      if (job.undo?.state !== 'done') {
        throw new CliError('The undo is requested and not done yet: no worker is free, or none runs.');
      }
    });

  jobs
    .command('rejects <id>')
    .description('rows that a job rejected, in file order')
    .option('--limit <n>', 'how many', wholeNumber, 100)
    .option('--csv', 'all of them, as a CSV file that can be mended and loaded again')
    .action(async (id: string, options: { limit: number; csv?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      if (options.csv === true) {
        const pieces = api('admin').download(ROUTES.listRejects, 'text/csv', { params: { id } });
        for await (const piece of pieces) await output.bytes(piece);
        return;
      }
      const { data } = await api('admin').call(ROUTES.listRejects, {
        params: { id },
        query: { limit: options.limit },
      });
      output.items(data.data, [
        { title: 'LINE', value: (reject) => reject.line, align: 'right' },
        { title: 'CODE', value: (reject) => reject.code },
        { title: 'COLUMN', value: (reject) => reject.column },
        { title: 'REASON', value: (reject) => reject.reason },
        { title: 'RAW', value: (reject) => shorten(reject.raw, 60) },
      ]);
      if (data.page.has_more) output.say(`There are more than ${options.limit}: raise --limit.`);
    });
}

/** A job flattened for a table. */
export function jobMembers(job: Job): Record<string, unknown> {
  const { result, error } = job;
  return {
    id: job.id,
    state: job.state,
    source: job.source,
    dataset: job.dataset,
    priority: job.priority,
    ...(job.attempts > 1 ? { attempts: job.attempts } : {}),
    'rows read': job.progress.rows_read,
    'rows loaded': job.progress.rows_loaded,
    'rows rejected': job.progress.rows_rejected,
    ...(result ? { 'records new': result.records_new, 'records merged': result.records_merged } : {}),
    ...(result && Object.keys(result.warnings).length > 0 ? { warnings: result.warnings } : {}),
    ...(error ? { error: `${error.code}: ${error.detail}` } : {}),
    ...(job.undo ? { undo: job.undo.state } : job.undo_until ? { 'undo until': job.undo_until } : {}),
    ...(job.sealed_at ? { sealed: job.sealed_at } : {}),
    created: job.created_at,
    started: job.started_at,
    finished: job.finished_at,
  };
}

function shorten(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}
