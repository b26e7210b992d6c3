import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { AppError } from '@bigdata/models';
import { createLogger, NO_SPAN, NO_TRACING, Secret, type Span, type Tracing } from '@bigdata/platform';
import { askRedis, eventually, openSeverableLink, redisPrefix, testServers } from '@bigdata/testing';
import { QUEUE_PREFIX } from './connection';
import { createQueue } from './queue';
import { createQueueWorker, type QueueWorkerOptions } from './queue-worker';

const name = 'ingest';
const open: (() => Promise<void>)[] = [];

/** A queue and the means to open workers on it, closed after the test. */
function openQueue(redisUrl = testServers().redisUrl) {
  const lines: Record<string, unknown>[] = [];
  const stream = new PassThrough().on('data', (line: Buffer) => {
    lines.push(JSON.parse(line.toString()) as Record<string, unknown>);
  });
  const logger = createLogger({ service: 'test', level: 'debug', format: 'json', stream });
  const base = {
    name,
    redisUrl: new Secret(redisUrl),
    logger,
    prefix: `{${redisPrefix().slice(0, -1)}}`,
  } as const;
  const queue = createQueue(base);
  open.push(() => queue.close());
  const startWorker = (
    options: Pick<QueueWorkerOptions<'ingest'>, 'handler' | 'lockDurationMs'> & {
      readonly tracing?: Tracing;
    },
  ) => {
    const worker = createQueueWorker({ ...base, tracing: NO_TRACING, ...options });
    open.push(() => worker.close());
    return worker;
  };
  return { queue, startWorker, lines, prefix: base.prefix };
}

const newJob = () => {
  const id = randomUUID();
  return { id, data: { jobId: id } };
};

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

test('a job reaches the handler once, with its data', async () => {
  const { queue, startWorker } = openQueue();
  const seen: string[] = [];
  startWorker({ handler: ({ jobId }) => Promise.resolve(void seen.push(jobId)) });
  const jobs = [newJob(), newJob()];
  await eventually(() => queue.add(jobs));
  await eventually(() => expect(seen).toEqual(jobs.map(({ id }) => id)));
});

test('what is urgent comes first, and what is equally urgent in the order in which it was added', async () => {
  const { queue, startWorker } = openQueue();
  const [low, first, second, high] = [newJob(), newJob(), newJob(), newJob()];
  await eventually(() => queue.add([{ ...low, priority: 'low' }, first, second]));
  await queue.add([{ ...high, priority: 'high' }]);
  expect(await queue.pending()).toBe(4);
  const seen: string[] = [];
  startWorker({ handler: ({ jobId }) => Promise.resolve(void seen.push(jobId)) });
  await eventually(() => expect(seen).toEqual([high, first, second, low].map(({ id }) => id)));
});

test('every key of a queue begins with the prefix, which says its slot in Redis Cluster', async () => {
  expect(QUEUE_PREFIX).toMatch(/^\{[^{}]+\}$/);
  const { queue, startWorker, prefix } = openQueue();
  let done = 0;
  startWorker({ handler: () => Promise.resolve(void (done += 1)) });
  await eventually(() => queue.add([newJob(), { ...newJob(), priority: 'high' }]));
  await eventually(() => expect(done).toBe(2));
  const inside = prefix.slice(1, -1);
  const keys = (await askRedis(testServers().redisUrl, 'KEYS', `*${inside}*`)).match(/^\S*test:\S+$/gm) ?? [];
  expect(keys.length).toBeGreaterThan(2);
  for (const key of keys) expect(key.startsWith(`${prefix}:`)).toBe(true);
});

test('what waits and what runs lies under the keys that scale the workers in Kubernetes', async () => {
  const { queue, startWorker, prefix } = openQueue();
  const file = path.join(__dirname, '../../../deploy/k8s/components/keda/scaled-object.yaml');
  const keys = [...readFileSync(file, 'utf8').matchAll(/listName: '([^']+)'/g)].map(([, key = '']) => {
    expect(key.startsWith(`${QUEUE_PREFIX}:`)).toBe(true);
    return prefix + key.slice(QUEUE_PREFIX.length);
  });
  expect(keys).toHaveLength(2);
  const [waiting = '', running = ''] = keys;
  const { redisUrl } = testServers();
  const held = Promise.withResolvers<undefined>();
  startWorker({ handler: () => held.promise });
  await eventually(() => queue.add([newJob(), newJob(), newJob()]));
  // As KEDA counts: by what kind of key it is.
  await eventually(async () => expect(await askRedis(redisUrl, 'LLEN', running)).toBe(':1'));
  expect(await askRedis(redisUrl, 'ZCARD', waiting)).toBe(':2');
  held.resolve(undefined);
});

test('nothing but the id of its job is put into the queue', async () => {
  const { queue } = openQueue();
  const { id, data } = newJob();
  const more = { ...data, source: 'inbox://people.csv' };
  await expect(queue.add([{ id, data: more }])).rejects.toThrow('source');
  await expect(queue.add([{ id, data: { jobId: 'people.csv' } }])).rejects.toThrow('jobId');
  await eventually(async () => expect(await queue.pending()).toBe(0));
});

test('several entries with the data of one job bring several workers to it', async () => {
  const { queue, startWorker } = openQueue();
  const { id, data } = newJob();
  const seen: string[] = [];
  let release = (): void => undefined;
  const together = new Promise<void>((resolve) => (release = resolve));
  for (const worker of ['one', 'other']) {
    startWorker({
      handler: async ({ jobId }) => {
        seen.push(`${worker} ${jobId}`);
        if (seen.length === 2) release();
        await together;
      },
    });
  }
  await eventually(() =>
    queue.add([
      { id, data },
      { id: `${id}.1`, data },
    ]),
  );
  await eventually(() => expect([...seen].sort()).toEqual([`one ${id}`, `other ${id}`]));
});

test('a job that is in the queue already is not added twice', async () => {
  const { queue } = openQueue();
  const job = newJob();
  await eventually(() => queue.add([job]));
  await queue.add([job]);
  expect(await queue.pending()).toBe(1);
});

test('a job that has ended can be added again under its id', async () => {
  const { queue, startWorker } = openQueue();
  let runs = 0;
  startWorker({
    handler: () => {
      runs += 1;
      return Promise.reject(new AppError('conflict'));
    },
  });
  const job = newJob();
  await eventually(() => queue.add([job]));
  await eventually(() => expect(runs).toBe(1));
  await eventually(async () => {
    await queue.add([job]);
    expect(runs).toBe(2);
  });
});

test('a transient failure is tried again, any other is final', async () => {
  const { queue, startWorker, lines } = openQueue();
  const runs = { transient: 0, final: 0 };
  const transient = newJob();
  const final = newJob();
  startWorker({
    handler: ({ jobId }) => {
      if (jobId === final.id) {
        runs.final += 1;
        return Promise.reject(new AppError('conflict'));
      }
      runs.transient += 1;
      return runs.transient === 1 ? Promise.reject(new AppError('unavailable')) : Promise.resolve();
    },
  });
  await eventually(() => queue.add([final, transient]));
  await eventually(() => expect(runs.transient).toBe(2));
  await eventually(async () => expect(await queue.pending()).toBe(0));
  expect(runs.final).toBe(1);
  const failures = lines.filter(({ message }) => message === 'job failed');
  expect(failures.map(({ code, tries_left }) => [code, tries_left])).toEqual([
    ['conflict', 0],
    ['unavailable', 9],
  ]);
});

test('closing a worker aborts its job, waits for the handler and leaves the job to another worker', async () => {
  const { queue, startWorker } = openQueue();
  let ended = false;
  let started = false;
  const worker = startWorker({
    handler: (_data, signal) => {
      started = true;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended = true;
          reject(signal.reason as Error);
        });
      });
    },
  });
  await eventually(() => queue.add([newJob()]));
  await eventually(() => expect(started).toBe(true));
  await worker.close();
  expect(ended).toBe(true);
  let taken = false;
  startWorker({ handler: () => Promise.resolve(void (taken = true)) });
  await eventually(() => expect(taken).toBe(true));
});

test('closing works while Redis is away', async () => {
  const link = await openSeverableLink(testServers().redisUrl);
  open.push(link.close);
  const { queue, startWorker } = openQueue(link.url);
  const worker = startWorker({ handler: () => Promise.resolve() });
  await eventually(() => Promise.all([queue.ping(), worker.ping()]));
  await link.sever();
  await Promise.all([queue.close(), worker.close()]);
});

test('while Redis is away adding fails fast, then all recovers by itself, with one log line per change', async () => {
  const link = await openSeverableLink(testServers().redisUrl);
  open.push(link.close);
  const { queue, startWorker, lines } = openQueue(link.url);
  const seen: string[] = [];
  const worker = startWorker({ handler: ({ jobId }) => Promise.resolve(void seen.push(jobId)) });
  await eventually(() => Promise.all([queue.ping(), worker.ping()]));

  await link.sever();
  await eventually(async () => {
    await expect(worker.ping()).rejects.toMatchObject({ code: 'unavailable' });
  });
  await expect(queue.ping()).rejects.toMatchObject({ code: 'unavailable' });
  const before = Date.now();
  await expect(queue.add([newJob()])).rejects.toMatchObject({ code: 'unavailable' });
  expect(Date.now() - before).toBeLessThan(4_000);

  await link.mend();
  await eventually(() => Promise.all([queue.ping(), worker.ping()]), { timeoutMs: 10_000 });
  const job = newJob();
  await queue.add([job]);
  await eventually(() => expect(seen).toEqual([job.id]), { timeoutMs: 10_000 });
  expect(lines.filter(({ level }) => level === 'warn').length).toBeLessThanOrEqual(2);
});

test('a queue and a worker opened while Redis is away work once it is there', async () => {
  const link = await openSeverableLink(testServers().redisUrl);
  open.push(link.close);
  await link.sever();
  const { queue, startWorker } = openQueue(link.url);
  const seen: string[] = [];
  startWorker({ handler: ({ jobId }) => Promise.resolve(void seen.push(jobId)) });
  const job = newJob();
  await expect(queue.add([job])).rejects.toMatchObject({ code: 'unavailable' });
  await link.mend();
  await eventually(() => queue.add([job]), { timeoutMs: 10_000 });
  await eventually(() => expect(seen).toEqual([job.id]), { timeoutMs: 10_000 });
});

test('what waits is counted, with the age of the oldest', async () => {
  const { queue } = openQueue();
  expect(await eventually(() => queue.state())).toEqual({
    waiting: 0,
    delayed: 0,
    active: 0,
    oldestWaitingMs: 0,
  });
  await queue.add([newJob(), { ...newJob(), priority: 'high' }]);
  await eventually(async () => {
    const { waiting, oldestWaitingMs } = await queue.state();
    expect(waiting).toBe(2);
    expect(oldestWaitingMs).toBeGreaterThan(0);
  });
});

test('the work on a job is a part of the trace of what enqueued it, in each try', async () => {
  const { queue, startWorker } = openQueue();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const publishing: Span = { ...NO_SPAN, traceId: 'one', traceparent };
  const joined: unknown[] = [];
  const working: Span = { ...NO_SPAN };
  const tracing: Tracing = {
    ...NO_TRACING,
    join: (given) => {
      joined.push(given);
      return working;
    },
  };
  const spans: Span[] = [];
  await eventually(() => queue.add([newJob()], { ...NO_SPAN, child: () => publishing }));
  startWorker({
    tracing,
    handler: (_data, _signal, span) => {
      spans.push(span);
      return spans.length === 1 ? Promise.reject(new AppError('unavailable')) : Promise.resolve();
    },
  });
  await eventually(() => expect(joined).toEqual([traceparent, traceparent]));
  expect(spans[0]).toBe(working);
});
