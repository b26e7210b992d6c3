/** Uploads files and enqueues their loads; with --watch it stays until they end. */
import path from 'node:path';
import { JOB_PARALLELISM_MAX, JOB_PRIORITIES, type Job, type JobPriority, ROUTES } from '@bigdata/models';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { addReadingOptions, type ReadingFlags, toReading } from '../reading-options';
import { uploadFile } from '../upload-file';
import { watchJob } from '../watch-job';
import { jobMembers } from './jobs';
import { wholeNumber } from './users';

interface IngestOptions extends ReadingFlags {
  readonly priority: JobPriority;
  readonly parallelism?: number;
  readonly maxRejectRatio?: number;
  readonly watch?: boolean;
  readonly force?: boolean;
}

export function addIngestCommand(program: Command, contextOf: (command: Command) => CommandContext): void {
  addReadingOptions(program.command('ingest <files...>').description('upload files and load their rows'))
    .addOption(
      new Option('--priority <priority>', 'which jobs are taken up first')
        .choices([...JOB_PRIORITIES])
        .default('normal'),
    )
    .option('--parallelism <n>', `workers at most, 1 to ${JOB_PARALLELISM_MAX}`, wholeNumber)
    .option('--max-reject-ratio <ratio>', 'share of rejected rows at which a job fails, 0 to 1', ratio)
    .option('--force', 'load a file again that was loaded before')
    .option('--watch', 'stay and show progress until the load ends')
    .action(async (files: string[], options: IngestOptions, command: Command) => {
      const context = contextOf(command);
      const api = context.api('admin');
      const reading = await toReading(options);
      const jobs: Job[] = [];
      for (const file of files) {
        const source = await uploadFile(api, file, context);
        const { data: job } = await api.call(ROUTES.createJob, {
          body: {
            source,
            ...reading,
            force: options.force ?? false,
            priority: options.priority,
            parallelism: options.parallelism ?? null,
            max_reject_ratio: options.maxRejectRatio ?? null,
          },
        });
        jobs.push(
          options.watch === true ? await watchJob(api, job, `load ${path.basename(file)}`, context) : job,
        );
      }
      report(jobs, options.watch === true, context);
    });
}

function report(jobs: readonly Job[], watched: boolean, { output, json }: CommandContext): void {
  if (json) output.items(jobs, []);
  else for (const job of jobs) output.item(job, jobMembers(job));
  if (!watched) {
    for (const job of jobs) output.say(`Follow it with: npx bigdata jobs show ${job.id}`);
    return;
  }
  const failed = jobs.filter(({ state }) => state !== 'succeeded');
  if (failed.length > 0) {
    throw new CliError(
      failed
        .map((job) => `${job.source}: ${job.state}${job.error ? `, ${job.error.detail}` : ''}`)
        .join('\n'),
    );
  }
}

function ratio(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}
