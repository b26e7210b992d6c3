/** Progress of a job as it happens. */
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { AppError, type Job, ROUTES } from '@bigdata/models';
import { bindEvents, type RouteBinding, type ServerSentEvent } from '@bigdata/platform';
import { type JobRepository } from './job.repository';
import { isActive } from './to-job';

interface Dependencies {
  readonly jobs: Pick<JobRepository, 'find'>;
  /** Aborts when the service begins to stop: an open stream would hold it up. The client connects again. */
  readonly stopping: AbortSignal;
}

/** Events come at most this often. Several instances may serve one job, so the row is looked at rather than a signal. */
const LOOK_EVERY_MS = 250;

export function createJobEventRoutes({ jobs, stopping }: Dependencies): RouteBinding[] {
  return [
    bindEvents(ROUTES.followJob, async ({ params, signal }) => {
      const job = await jobs.find(params.id);
      if (!job) throw new AppError('not_found', { detail: 'There is no such job.' });
      return follow(job, () => jobs.find(params.id), AbortSignal.any([signal, stopping]));
    }),
  ];
}

async function* follow(
  first: Job,
  look: () => Promise<Job | null>,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent<Job>> {
  let shown: Job | null = null;
  let job: Job | null = first;
  while (job && !signal.aborted) {
    if (!isDeepStrictEqual(job, shown)) yield { event: 'progress', data: job };
    if (!isActive(job.state)) {
      yield { event: 'end', data: job };
      return;
    }
    shown = job;
    await wait(LOOK_EVERY_MS);
    job = await look().catch((error: unknown) => {
      // A database that is away for a moment is no reason to cut the stream.
      if (error instanceof AppError && error.kind === 'unavailable') return shown;
      throw error;
    });
  }
}
