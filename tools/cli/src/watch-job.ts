/** Follows a job to its end, with a progress bar. */
import { type Job, ROUTES } from '@bigdata/models';
import { type ApiClient } from './api-client';
import { CliError } from './cli-error';
import { type CommandContext } from './context';
import { createProgress } from './progress';

const POLL_MS = 250;
const ENDED: readonly Job['state'][] = ['succeeded', 'failed', 'cancelled'];

/** By the stream of events; should that break off or be refused, by looking again and again. */
export async function watchJob(
  api: ApiClient,
  created: Job,
  title: string,
  context: CommandContext,
): Promise<Job> {
  const progress = createProgress(context, title, 0);
  const params = { id: created.id };
  let job = created;
  const show = (seen: Job): void => {
    job = seen;
    progress.update(job.progress.bytes_read, job.progress.bytes_total, job.progress);
  };
  try {
    try {
      for await (const seen of api.follow(ROUTES.followJob, { params })) show(seen);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
    }
    while (!ENDED.includes(job.state)) {
      show((await api.call(ROUTES.readJob, { params })).data);
      if (!ENDED.includes(job.state)) await context.wait(POLL_MS);
    }
    return job;
  } finally {
    progress.stop();
  }
}
