/** Ingest jobs: what admins ask for and see. */
import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type Job, ROUTES } from '@bigdata/models';
import { bindRoute, type Logger, type RouteBinding, type Span } from '@bigdata/platform';
import { type JobQueue } from '@bigdata/queue';
import { auditOf } from '../audit/audit-of';
import { type JobChanges } from './job-changes.repository';
import { type JobRepository } from './job.repository';
import { checkSource } from './source';
import { toQueueEntries } from './work/queue-entries';

interface Dependencies {
  readonly jobs: JobRepository;
  readonly changes: JobChanges;
  readonly queue: Pick<JobQueue<'ingest'>, 'add'>;
  readonly fileRoots: readonly string[];
}

/** The request that a job is put into the queue for. */
interface Enqueuing {
  readonly log: Logger;
  readonly span: Span;
}

/** An undo takes as long as dropping a partition: nearly always the answer can tell that it is done. */
const UNDO_WAIT_MS = 10_000;
const UNDO_LOOK_EVERY_MS = 100;

export function createJobRoutes({ jobs, changes, queue, fileRoots }: Dependencies): RouteBinding[] {
  /** The row stands already: should the queue be away, the job is queued as soon as it is back. */
  const enqueue = async (job: Job, { log, span }: Enqueuing): Promise<void> => {
    const { id, priority } = job;
    // Others come when there are ranges for them: with the plan, or when the rows are compared with the queue.
    await queue.add(toQueueEntries({ id, priority, workers: 1 }), span).catch((error: unknown) => {
      log.warn('job is not queued yet', { job_id: id, error });
    });
  };

  const findJob = async (id: string): Promise<Job> => {
    const job = await jobs.find(id);
    if (!job) throw new AppError('not_found', { detail: 'There is no such job.' });
    return job;
  };

  return [
    bindRoute(ROUTES.createJob, async (request) => {
      await checkSource(request.body.source, fileRoots);
      const job = await jobs.create(request.body, auditOf(request));
      await enqueue(job, request);
      return job;
    }),

    bindRoute(ROUTES.listJobs, ({ query }) => jobs.list(query.state, query)),

    bindRoute(ROUTES.readJob, ({ params }) => findJob(params.id)),

    bindRoute(ROUTES.cancelJob, async (request) => {
      await changes.cancel(request.params.id, auditOf(request));
      return findJob(request.params.id);
    }),

    bindRoute(ROUTES.retryJob, async (request) => {
      await changes.retry(request.params.id, auditOf(request));
      const job = await findJob(request.params.id);
      await enqueue(job, request);
      return job;
    }),

    bindRoute(ROUTES.undoJob, async (request) => {
      const { params, signal } = request;
      await changes.undo(params.id, auditOf(request));
      let job = await findJob(params.id);
      if (job.undo?.state === 'requested') await enqueue({ ...job, priority: 'high' }, request);
      const until = performance.now() + UNDO_WAIT_MS;
      while (job.undo?.state === 'requested' && performance.now() < until && !signal.aborted) {
        await wait(UNDO_LOOK_EVERY_MS);
        job = await findJob(params.id);
      }
      return job;
    }),
  ];
}
