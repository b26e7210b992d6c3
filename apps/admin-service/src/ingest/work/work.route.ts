/** What workers say about jobs. */
import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { type JobQueue } from '@bigdata/queue';
import { type ClaimRepository } from './claim.repository';
import { workersFor } from './due.repository';
import { type EndingRepository } from './ending.repository';
import { type PieceRepository } from './piece.repository';
import { type PlanRepository } from './plan.repository';
import { toQueueEntries } from './queue-entries';

interface Dependencies {
  readonly claims: ClaimRepository;
  readonly plans: PlanRepository;
  readonly pieces: PieceRepository;
  readonly endings: EndingRepository;
  readonly queue: Pick<JobQueue<'ingest'>, 'add'>;
}

const OK = { ok: true as const };

export function createWorkRoutes({ claims, plans, pieces, endings, queue }: Dependencies): RouteBinding[] {
  return [
    bindRoute(ROUTES.claimWork, async ({ params, body }) => ({
      piece: await claims.claim(params.id, body.worker_id),
    })),

    bindRoute(ROUTES.planJob, async ({ params, body, log, span }) => {
      const job = await plans.plan(params.id, body);
      if (!job) return { planned: false };
      const { id, priority, parallelism } = job;
      const due = { id, priority, workers: workersFor(body.ranges.length, parallelism) };
      // Should the queue be away, they come as soon as it is back.
      await queue.add(toQueueEntries(due, 1), span).catch((error: unknown) => {
        log.warn('no further workers are called yet', { job_id: id, error });
      });
      return { planned: true };
    }),

    bindRoute(ROUTES.beatPiece, async ({ params, body }) => {
      await pieces.beat(params.id, body);
      return OK;
    }),

    bindRoute(ROUTES.advanceRange, async ({ params, body }) => {
      await pieces.advance(params.id, body);
      return OK;
    }),

    bindRoute(ROUTES.failJob, async ({ params, body }) => {
      await pieces.fail(params.id, body);
      return OK;
    }),

    bindRoute(ROUTES.finishJob, async ({ params, body }) => {
      await endings.finish(params.id, body.attempt, body.records_new);
      return OK;
    }),

    bindRoute(ROUTES.settleLoad, async ({ params, body }) => {
      await endings.settle(params.id, body.kind, body.attempt);
      return OK;
    }),

    bindRoute(ROUTES.recallMapping, async ({ body }) => ({
      mapping: await endings.recallMapping(body.fingerprint),
    })),
  ];
}
