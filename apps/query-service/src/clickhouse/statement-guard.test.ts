import { type Caller, createMetrics } from '@bigdata/platform';
import { createStatementGuard, type StatementGuardOptions } from './statement-guard';

function guardOf(options: Partial<StatementGuardOptions> = {}) {
  const metrics = createMetrics('test');
  const guard = createStatementGuard({
    concurrentMax: 8,
    streamsMax: 8,
    perUserMax: 2,
    streamsPerUserMax: 2,
    queueMax: 10,
    waitMaxMs: 60_000,
    metrics,
    ...options,
  });
  const value = async (name: string): Promise<number> => {
    const { values } = await metrics.registry.getSingleMetric(name)!.get();
    return values.reduce((sum, { value: part }) => sum + part, 0);
  };
  return { guard, value };
}

function contextOf(
  userId: string,
  concurrentMax: number | null = null,
  signal = new AbortController().signal,
) {
  const caller: Caller = {
    kind: 'user',
    userId,
    role: 'user',
    keyId: `key of ${userId}`,
    queryLimits: {
      rows_max: null,
      timeout_ms: null,
      memory_bytes_max: null,
      rows_to_read_max: null,
      concurrent_max: concurrentMax,
    },
  };
  return { caller, signal };
}

test('a caller waits at its bound until it gives a place back, and others do not', async () => {
  const { guard, value } = guardOf();
  const release = await guard('query', contextOf('a'));
  await guard('query', contextOf('a'));
  const third = guard('query', contextOf('a'));
  expect(await value('query_queued_statements')).toBe(1);
  await guard('query', contextOf('b'));
  await guard('lookup', contextOf('a'));
  release();
  await third;
  expect(await value('query_queued_statements')).toBe(0);
  expect(await value('query_running_statements')).toBe(4);
});

test('the terms of a key take the place of the bound of the service', async () => {
  const { guard, value } = guardOf({ queueMax: 0 });
  await guard('query', contextOf('few', 1));
  await expect(guard('query', contextOf('few', 1))).rejects.toMatchObject({ code: 'unavailable' });
  for (const kind of ['lookup', 'lookup', 'lookup', 'stream', 'stream', 'stream'] as const) {
    await guard(kind, contextOf('many', 3));
  }
  expect(await value('query_running_statements')).toBe(7);
});

test('a full queue and a wait too long are unavailable, with a time to try again', async () => {
  const { guard, value } = guardOf({ perUserMax: 1, queueMax: 1, waitMaxMs: 20 });
  const release = await guard('query', contextOf('a'));
  const waits = guard('query', contextOf('a'));
  await expect(guard('query', contextOf('a'))).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterS: 1,
    context: { reason: 'queue_full' },
  });
  await expect(waits).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterS: 1,
    context: { reason: 'waited' },
  });
  expect(await value('query_refused_statements_total')).toBe(2);
  expect(await value('query_queued_statements')).toBe(0);
  release();
  expect(await value('query_running_statements')).toBe(0);
});

test('a caller that goes away leaves the queue, and keeps the place that it has until it gives it back', async () => {
  const { guard, value } = guardOf({ perUserMax: 1 });
  const gone = new AbortController();
  const release = await guard('query', contextOf('a', null, gone.signal));
  const waits = guard('query', contextOf('a', null, gone.signal));
  gone.abort();
  await expect(waits).rejects.toMatchObject({ code: 'unavailable', context: { aborted: true } });
  await expect(guard('query', contextOf('b', null, gone.signal))).rejects.toMatchObject({
    context: { aborted: true },
  });
  expect(await value('query_queued_statements')).toBe(0);
  expect(await value('query_running_statements')).toBe(1);
  release();
  release();
  expect(await value('query_running_statements')).toBe(0);
});
