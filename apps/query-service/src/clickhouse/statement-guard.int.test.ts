import { type ClickHouse, openClickHouse } from '@bigdata/clickhouse';
import { problemSchema, createLogger, createMetrics, NO_SPAN, Secret } from '@bigdata/platform';
import { createClickHouseDatabase, eventually, freePort } from '@bigdata/testing';
import { insertMany } from '../testing/insert-many';
import { startTestService, type TestService } from '../testing/test-service';
import { createSelectRunner, type SelectContext } from './select-runner';
import { createStatementGuard, type StatementKind } from './statement-guard';

/** Long enough that only an end by force explains a quick one; its number is in no other test. */
const ENDLESS = 'SELECT count() AS n FROM numbers(1000000000054) WHERE NOT ignore(number)';
const NDJSON = { accept: 'application/x-ndjson', 'accept-encoding': 'identity' };

let clickhouse: ClickHouse;
let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const created = await createClickHouseDatabase();
  drop = created.drop;
  clickhouse = openClickHouse({
    url: new Secret(created.url),
    database: created.database,
    cluster: created.cluster,
    application: 'test',
    requestTimeoutMs: 30_000,
    connectionsMax: 16,
  });
  service = await startTestService({
    clickhouseUrl: created.url,
    database: created.database,
    cluster: created.cluster,
    port: await freePort(),
    limits: { queryConcurrentMax: 4, queryQueueMax: 1, queryQueueWaitMs: 60_000 },
  });
  await insertMany(service.clickhouse, { dataset: 'many', rows: 200_000 });
});

afterAll(async () => {
  await service.stop();
  await clickhouse.close();
  await drop();
});

function contextOf(userId: string, signal = new AbortController().signal): SelectContext {
  const log = createLogger({ service: 'test', level: 'error', format: 'json' });
  const caller = { kind: 'user', userId, role: 'user', keyId: 'k1' } as const;
  return { requestId: 'request-0001', caller, signal, log, span: NO_SPAN };
}

async function runningEndless(): Promise<number> {
  const answer = await clickhouse.client.query({
    query:
      "SELECT count() AS n FROM system.processes WHERE query LIKE '%1000000000054%' AND query NOT LIKE '%processes%'",
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ n: string | number }>();
  return Number(row?.n ?? -1);
}

test("one user's fifty slow statements hold up nobody else's, and leave nothing behind", async () => {
  const metrics = createMetrics('test');
  const guard = createStatementGuard({
    concurrentMax: 4,
    streamsMax: 4,
    perUserMax: 2,
    streamsPerUserMax: 2,
    queueMax: 100,
    waitMaxMs: 60_000,
    metrics,
  });
  const runnerOf = (kind: StatementKind) =>
    createSelectRunner({
      onEnded: () => undefined,
      clickhouse,
      limits: { timeoutMs: 20_000, memoryBytesMax: 1_000_000_000, rowsToReadMax: 10 ** 13 },
      hideErased: () => ({}),
      admit: (context) => guard(kind, context),
    });
  const gone = new AbortController();
  const slow = Promise.allSettled(
    Array.from({ length: 50 }, () =>
      runnerOf('query')({ sql: ENDLESS, params: {} }, 1, contextOf('busy', gone.signal)),
    ),
  );
  await eventually(async () => expect(await runningEndless()).toBe(2));
  for (const kind of ['lookup', 'query'] as const) {
    const { rows } = await runnerOf(kind)({ sql: 'SELECT 1 AS n', params: {} }, 1, contextOf('other'));
    expect(rows).toEqual([{ n: 1 }]);
  }
  expect(await runningEndless()).toBe(2);
  gone.abort();
  for (const outcome of await slow) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  }
  await eventually(async () => expect(await runningEndless()).toBe(0));
  const text = await metrics.registry.metrics();
  for (const name of ['query_running_statements', 'query_queued_statements']) {
    expect(text).toContain(`${name}{kind="query",service="test"} 0`);
  }
});

test('a stream holds its place until it ends; the queue behind it is bounded, and lookups pass', async () => {
  const body = { where: { field: 'dataset', op: 'eq', value: 'many' } };
  const gone = new AbortController();
  // Of four places streams may have two.
  const stalled = await Promise.all([0, 1].map(() => service.open(body, NDJSON, { signal: gone.signal })));
  expect(stalled.map(({ status }) => status)).toEqual([200, 200]);
  const first = service.open({ ...body, limit: 1 }, NDJSON);
  const second = service.open({ ...body, limit: 1 }, NDJSON);
  // One may wait; the one that came later is refused.
  const refused = await Promise.race([first, second]);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(problemSchema.parse(await refused.json()).code).toBe('unavailable');

  const looked = await service.ask('/v1/lookup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ emails: ['user1@example.com'] }),
  });
  expect(looked.status).toBe(200);

  gone.abort();
  const statuses = (await Promise.all([first, second])).map(({ status }) => status);
  expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 503]);
  // Read to their ends, they leave their places to the next, more of them than there are places.
  for (let at = 0; at < 6; at += 1) {
    const response = await service.open({ ...body, limit: 1 }, NDJSON);
    expect((await response.text()).trimEnd().split('\n')).toHaveLength(1);
  }
});
