/** A queue in a real Redis Cluster, whose node dies. */
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { createLogger, NO_TRACING } from '@bigdata/platform';
import {
  askRedis,
  eventually,
  redisPrefix,
  startRedisCluster,
  type TestRedisCluster,
} from '@bigdata/testing';
import { createQueue, type JobQueue } from './queue';
import { createQueueWorker, type QueueWorker } from './queue-worker';

jest.setTimeout(120_000);

let cluster: TestRedisCluster;
let queue: JobQueue<'ingest'>;
let worker: QueueWorker;
const seen: string[] = [];
const lines: string[] = [];

const newJob = () => {
  const id = randomUUID();
  return { id, data: { jobId: id } };
};

beforeAll(async () => {
  cluster = await startRedisCluster();
  const server = {
    name: 'ingest',
    redisUrl: cluster.url,
    redisCluster: true,
    prefix: await prefixOnFirstNode(),
    logger: createLogger({
      service: 'test',
      level: 'warn',
      format: 'json',
      stream: new PassThrough().on('data', (line: Buffer) => lines.push(line.toString())),
    }),
  } as const;
  queue = createQueue(server);
  worker = createQueueWorker({
    ...server,
    tracing: NO_TRACING,
    handler: ({ jobId }) => Promise.resolve(void seen.push(jobId)),
  });
});

afterAll(async () => {
  await Promise.all([queue.close(), worker.close()]);
  await cluster.stop();
});

/** All keys of a queue lie in one slot: here of the node that has a replica. */
async function prefixOnFirstNode(): Promise<string> {
  for (;;) {
    const prefix = `{${redisPrefix().slice(0, -1)}}`;
    const slot = await askRedis(cluster.url, 'CLUSTER', 'KEYSLOT', prefix);
    if (Number(slot.slice(1)) < 16_384 / 3 - 1) return prefix;
  }
}

test('jobs reach the worker, by one node alone', async () => {
  const jobs = [newJob(), newJob(), newJob()];
  await eventually(() => queue.add(jobs));
  await eventually(() => expect(seen).toEqual(jobs.map(({ id }) => id)));
  await Promise.all([queue.ping(), worker.ping()]);
  const [first, ...others] = cluster.owners;
  expect(Number((await askRedis(first?.url ?? '', 'DBSIZE')).slice(1))).toBeGreaterThan(0);
  for (const { url } of others) expect(await askRedis(url, 'DBSIZE')).toBe(':0');
});

test('when all nodes go away and come back, jobs reach the worker again', async () => {
  await cluster.away(async () => {
    await eventually(() => expect(queue.ping()).rejects.toMatchObject({ code: 'unavailable' }));
    await expect(queue.add([newJob()])).rejects.toMatchObject({ code: 'unavailable' });
  });
  const job = newJob();
  await eventually(() => queue.add([job]), { timeoutMs: 30_000 });
  await eventually(() => expect(seen.slice(3)).toEqual([job.id]), { timeoutMs: 30_000 });
});

test('when that node dies jobs reach the worker again once its replica has taken over', async () => {
  await cluster.owners[0]?.stop();
  const job = newJob();
  await eventually(() => queue.add([job]), { timeoutMs: 30_000 });
  await eventually(() => expect(seen.slice(4)).toEqual([job.id]), { timeoutMs: 30_000 });
  expect(lines.length).toBeLessThan(10);
});
