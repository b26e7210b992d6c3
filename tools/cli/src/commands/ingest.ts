/** Uploads files and enqueues their loads; with --watch it stays until they end. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type CreateJob, type Job, ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { type ApiClient } from '../api-client';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { createProgress } from '../progress';
import { jobMembers } from './jobs';

interface IngestOptions {
  readonly dataset: string;
  readonly country?: string;
  readonly map?: string;
  readonly watch?: boolean;
  readonly force?: boolean;
}

const POLL_MS = 250;
const ENDED: readonly Job['state'][] = ['succeeded', 'failed', 'cancelled'];

export function addIngestCommand(program: Command, contextOf: (command: Command) => CommandContext): void {
  program
    .command('ingest <files...>')
    .description('upload files and load their rows')
    .option('--dataset <name>', 'dataset the records belong to', 'default')
    .option('--country <code>', 'country of phone numbers without one, ISO 3166-1 alpha-2')
    .option('--map <file>', 'JSON file: {"column": "field"}')
    .option('--force', 'load a file again that was loaded before')
    .option('--watch', 'stay and show progress until the load ends')
    .action(async (files: string[], options: IngestOptions, command: Command) => {
      const context = contextOf(command);
      const api = context.api('admin');
      const mapping = options.map === undefined ? {} : await readMapping(options.map);
      const ended: Job[] = [];
      for (const file of files) {
        const source = await upload(api, file, context);
        const { data: job } = await api.call(ROUTES.createJob, {
          body: {
            source,
            dataset: options.dataset,
            country: options.country ?? null,
            mapping,
            force: options.force ?? false,
          },
        });
        ended.push(options.watch === true ? await watch(api, job, file, context) : job);
      }
      report(ended, options.watch === true, context);
    });
}

async function upload(api: ApiClient, file: string, context: CommandContext): Promise<string> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new CliError(`There is no file "${file}".`);
  const progress = createProgress(context, `upload ${path.basename(file)}`, found.size);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    let sent = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      sent += chunk.length;
      progress.update(sent);
      yield chunk;
    }
  };
  try {
    const { data } = await api.call(ROUTES.uploadFile, {
      params: { name: inboxNameOf(file) },
      body: chunks(),
    });
    return data.source;
  } finally {
    progress.stop();
  }
}

/** The inbox takes plain names: anything else in a name becomes an underscore. */
export function inboxNameOf(file: string): string {
  const name = path.basename(file).replace(/[^A-Za-z0-9._ -]/g, '_');
  return (/^[A-Za-z0-9_]/.test(name) ? name : `_${name}`).slice(-200);
}

async function watch(api: ApiClient, created: Job, file: string, context: CommandContext): Promise<Job> {
  const progress = createProgress(context, `load ${path.basename(file)}`, 0);
  try {
    let job = created;
    while (!ENDED.includes(job.state)) {
      await context.wait(POLL_MS);
      job = (await api.call(ROUTES.readJob, { params: { id: created.id } })).data;
      progress.update(job.progress.bytes_read, job.progress.bytes_total, job.progress);
    }
    return job;
  } finally {
    progress.stop();
  }
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

async function readMapping(file: string): Promise<CreateJob['mapping']> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as CreateJob['mapping'];
  } catch (error) {
    throw new CliError(
      `The mapping "${file}" cannot be read: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
