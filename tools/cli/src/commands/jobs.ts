import { type Job, ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
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

  jobs
    .command('rejects <id>')
    .description('rows that a job rejected, in file order')
    .option('--limit <n>', 'how many', wholeNumber, 100)
    .action(async (id: string, options: { limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
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
    'rows read': job.progress.rows_read,
    'rows loaded': job.progress.rows_loaded,
    'rows rejected': job.progress.rows_rejected,
    ...(result ? { 'records new': result.records_new, 'records merged': result.records_merged } : {}),
    ...(result && Object.keys(result.warnings).length > 0 ? { warnings: result.warnings } : {}),
    ...(error ? { error: `${error.code}: ${error.detail}` } : {}),
    created: job.created_at,
    started: job.started_at,
    finished: job.finished_at,
  };
}

function shorten(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}
