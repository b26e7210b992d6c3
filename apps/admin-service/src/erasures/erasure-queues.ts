/** What the queues hold for erasures. An entry that is there already stays as it is. */
import { type Span } from '@bigdata/platform';
import { type JobQueue } from '@bigdata/queue';

export interface ErasureQueues {
  /** @param span what enqueues them; left out: nothing that is traced */
  suppress(ids: readonly string[], span?: Span): Promise<void>;
  /** One entry for all that is to be deleted. */
  erase(span?: Span): Promise<void>;
}

const ALL = 'all';

export function createErasureQueues(
  suppressQueue: Pick<JobQueue<'suppress'>, 'add'>,
  eraseQueue: Pick<JobQueue<'erase'>, 'add'>,
): ErasureQueues {
  return {
    suppress: (ids, span) =>
      suppressQueue.add(
        ids.map((id) => ({ id, data: { erasureId: id } })),
        span,
      ),
    erase: (span) => eraseQueue.add([{ id: ALL, data: {} }], span),
  };
}
