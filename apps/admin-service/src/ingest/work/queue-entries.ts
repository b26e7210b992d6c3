/** What is put into the queue for a job. Pure. */
import { type QueueEntry } from '@bigdata/queue';
import { type DueJob } from './due.repository';

/**
 * One entry for each worker that could help. Their ids are always the same, so that an entry which waits or runs is not
 * added again, and a job never has more of them than workers it may have.
 * @param from number of the first one: 1 leaves out the one that a worker is at already
 */
export function toQueueEntries({ id, priority, workers }: DueJob, from = 0): QueueEntry<'ingest'>[] {
  return Array.from({ length: Math.max(0, workers - from) }, (_, index) => {
    const number = from + index;
    return { id: number === 0 ? id : `${id}.${number}`, data: { jobId: id }, priority };
  });
}
