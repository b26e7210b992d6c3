/** What the queues hold for erasures. An entry that is there already stays as it is. */
import { type JobQueue } from '@bigdata/queue';

export interface ErasureQueues {
  suppress(ids: readonly string[]): Promise<void>;
  /** One entry for all that is to be deleted. */
  erase(): Promise<void>;
}

const ALL = 'all';

export function createErasureQueues(
  suppressQueue: Pick<JobQueue<'suppress'>, 'add'>,
  eraseQueue: Pick<JobQueue<'erase'>, 'add'>,
): ErasureQueues {
  return {
    suppress: (ids) => suppressQueue.add(ids.map((id) => ({ id, data: { erasureId: id } }))),
    erase: () => eraseQueue.add([{ id: ALL, data: {} }]),
  };
}
