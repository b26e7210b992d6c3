import { EventEmitter } from 'node:events';
import { type Worker } from 'node:worker_threads';
import { type BatchContext, type ThreadAnswer, type ThreadRequest } from './batch-work';
import { createThreadPool } from './thread-pool';

/** A thread that does what the test says with each request. */
class FakeThread extends EventEmitter {
  readonly requests: ThreadRequest[] = [];

  constructor(readonly onRequest: (thread: FakeThread, request: ThreadRequest) => void) {
    super();
  }

  postMessage(request: ThreadRequest): void {
    this.requests.push(request);
    this.onRequest(this, request);
  }

  terminate(): Promise<number> {
    this.emit('exit', 0);
    return Promise.resolve(0);
  }
}

const CONTEXT = { jobId: 'job' } as BatchContext;
const RESULT = { rowsLoaded: 1, block: null, rejects: [], warnings: {}, lines: 1 };

function openPool(size: number, onRequest: (thread: FakeThread, request: ThreadRequest) => void) {
  const threads: FakeThread[] = [];
  const pool = createThreadPool({
    threads: size,
    spawn: () => {
      const thread = new FakeThread(onRequest);
      threads.push(thread);
      return thread as unknown as Worker;
    },
  });
  return { pool, threads };
}

const answer = (thread: FakeThread, request: ThreadRequest): void => {
  if (request.kind !== 'task') return;
  const message: ThreadAnswer = { id: request.task.id, result: RESULT };
  queueMicrotask(() => thread.emit('message', message));
};

test('no thread runs before there is work, and no more than are allowed', async () => {
  const { pool, threads } = openPool(2, answer);
  expect(threads).toHaveLength(0);
  const job = pool.open(CONTEXT);
  const results = [1, 2, 3, 4, 5, 6].map((batch) => job.encode(batch, Buffer.from('x')));
  expect(await Promise.all(results)).toEqual(results.map(() => RESULT));
  expect(threads).toHaveLength(2);
});

test('a thread is told of a job once, and told to forget it', async () => {
  const { pool, threads } = openPool(1, answer);
  const job = pool.open(CONTEXT);
  await job.encode(1, Buffer.from('x'));
  await job.encode(2, Buffer.from('x'));
  job.close();
  expect(
    threads[0]?.requests.map((request) => (request.kind === 'task' ? request.task.context : request.kind)),
  ).toEqual([CONTEXT, null, 'forget']);
});

test('a thread that dies fails its tasks, and one that cannot run is not started over and over', async () => {
  const { pool, threads } = openPool(1, (thread) => queueMicrotask(() => thread.emit('exit', 1)));
  const job = pool.open(CONTEXT);
  const failed = [1, 2, 3].map((batch) => job.encode(batch, Buffer.from('x')));
  for (const { status } of await Promise.allSettled(failed)) expect(status).toBe('rejected');
  // Two tasks are given to a thread at once.
  expect(threads).toHaveLength(2);
});

test('what waits when the pool closes is refused as something to try again', async () => {
  const { pool } = openPool(1, () => undefined);
  const job = pool.open(CONTEXT);
  const pending = [1, 2, 3].map((batch) => job.encode(batch, Buffer.from('x')));
  const settled = Promise.allSettled(pending);
  await pool.close();
  for (const outcome of await settled) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  }
});
