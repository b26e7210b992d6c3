import { toQueueEntries } from './queue-entries';

const id = '0199a000-0000-7000-8000-000000000001';
const job = { id, priority: 'low' as const, workers: 3 };

test('a job has one entry for each worker that could help, always under the same ids', () => {
  expect(toQueueEntries(job).map((entry) => entry.id)).toEqual([id, `${id}.1`, `${id}.2`]);
  expect(toQueueEntries(job, 1).map((entry) => entry.id)).toEqual([`${id}.1`, `${id}.2`]);
  expect(toQueueEntries({ ...job, workers: 1 }, 1)).toEqual([]);
  expect(toQueueEntries(job)[2]).toEqual({ id: `${id}.2`, data: { jobId: id }, priority: 'low' });
});
