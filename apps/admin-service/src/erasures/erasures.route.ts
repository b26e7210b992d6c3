/** POST and GET /v1/admin/erasures, and what ingest-worker, which does the work, asks and says about them. */
import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type Erasure, ROUTES } from '@bigdata/models';
import { bindRoute, type Logger, type RouteBinding } from '@bigdata/platform';
import { auditOf } from '../audit/audit-of';
import { type ErasedListRepository } from './erased-list.repository';
import { toErasureSubject } from './erasure-subject';
import { type ErasureVault } from './erasure-vault';
import { type ErasureQueues } from './erasure-queues';
import { type ErasureRepository, noSuchErasure } from './erasure.repository';

interface Dependencies {
  readonly erasures: ErasureRepository;
  readonly erased: ErasedListRepository;
  readonly vault: Pick<ErasureVault, 'listKeys'>;
  readonly queues: ErasureQueues;
  /** How long a request waits for the person to be hidden. */
  readonly waitMs: number;
}

const LOOK_EVERY_MS = 100;
const OK = { ok: true as const };

export function createErasureRoutes(dependencies: Dependencies): RouteBinding[] {
  const { erasures, erased, vault, queues, waitMs } = dependencies;

  /** The row stands already: should the queue be away, it gets its entry as soon as it is back. */
  const enqueue = (call: Promise<void>, log: Logger): Promise<void> =>
    call.catch((error: unknown) => log.warn('an erasure is not queued yet', { error }));

  const suppressed = async (erasure: Erasure, signal: AbortSignal): Promise<Erasure> => {
    const until = performance.now() + waitMs;
    let latest: Erasure | null = erasure;
    while (latest?.state === 'requested' && performance.now() < until && !signal.aborted) {
      await wait(LOOK_EVERY_MS);
      latest = await erasures.find(erasure.id);
    }
    if (latest !== null && latest.state !== 'requested') return latest;
    throw new AppError('unavailable', {
      detail:
        `Erasure ${erasure.id} is recorded but not carried out yet: all ingest workers are busy, or none runs. ` +
        'It will be; asking again tells when.',
      retryAfterS: 10,
    });
  };

  return [
    bindRoute(ROUTES.createErasure, async (request) => {
      const { body, log, signal, span } = request;
      const erasure = await erasures.create(toErasureSubject(body), body.reason ?? null, auditOf(request));
      if (erasure.state === 'requested') await enqueue(queues.suppress([erasure.id], span), log);
      return suppressed(erasure, signal);
    }),

    bindRoute(ROUTES.listErasures, ({ query }) => erasures.list(query)),

    bindRoute(ROUTES.readErasure, async ({ params }) => {
      const erasure = await erasures.find(params.id);
      if (!erasure) throw noSuchErasure();
      return erasure;
    }),

    bindRoute(ROUTES.listErased, async ({ body }) => ({
      keys: vault.listKeys,
      ...(await erased.readAfter(body.after)),
    })),

    bindRoute(ROUTES.claimErasure, async ({ params }) => ({ erasure: await erasures.claim(params.id) })),

    bindRoute(ROUTES.addErasedRecords, async ({ params, body }) => {
      await erasures.addRecords(params.id, body.record_ids);
      return OK;
    }),

    bindRoute(ROUTES.suppressErasure, async ({ params, body, log, span }) => {
      await erasures.suppress(params.id, body);
      await enqueue(queues.erase(span), log);
      return OK;
    }),

    bindRoute(ROUTES.claimDeletion, async () => ({ erasures: await erasures.claimDeletion() })),

    bindRoute(ROUTES.finishDeletion, async ({ body }) => {
      await erasures.finishDeletion(body.ids);
      return OK;
    }),
  ];
}
