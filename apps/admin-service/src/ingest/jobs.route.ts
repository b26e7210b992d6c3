/** Ingest jobs: what admins ask for and see, and what workers report. */
import { AppError, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { type JobQueue } from '@bigdata/queue';
import { auditOf } from '../audit/audit-of';
import { type JobRepository } from './job.repository';
import { checkSource } from './source';

interface Dependencies {
  readonly jobs: JobRepository;
  readonly queue: Pick<JobQueue<'ingest'>, 'add'>;
  readonly fileRoots: readonly string[];
}

export function createJobRoutes({ jobs, queue, fileRoots }: Dependencies): RouteBinding[] {
  return [
    bindRoute(ROUTES.createJob, async (request) => {
      await checkSource(request.body.source, fileRoots);
      const job = await jobs.create(request.body, auditOf(request));
      // The row stands already: should the queue be away, the job is queued as soon as it is back.
      await queue.add([{ id: job.id, data: { jobId: job.id } }]).catch((error: unknown) => {
        request.log.warn('job is not queued yet', { job_id: job.id, error });
      });
      return job;
    }),

    bindRoute(ROUTES.listJobs, ({ query }) => jobs.list(query.state, query)),

    bindRoute(ROUTES.readJob, async ({ params }) => {
      const job = await jobs.find(params.id);
      if (!job) throw new AppError('not_found', { detail: 'There is no such job.' });
      return job;
    }),

    bindRoute(ROUTES.claimJob, async ({ params, body }) => ({
      job: await jobs.claim(params.id, body.worker_id),
    })),

    bindRoute(ROUTES.advanceJob, async ({ params, body }) => {
      await jobs.advance(params.id, body.attempt, body.format, body.checkpoint);
      return { ok: true as const };
    }),

    bindRoute(ROUTES.finishJob, async ({ params, body }) => {
      await jobs.finish(params.id, body.attempt, body.outcome);
      return { ok: true as const };
    }),
  ];
}
