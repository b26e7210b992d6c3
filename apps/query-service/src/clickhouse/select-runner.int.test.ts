import { type ClickHouse, openClickHouse } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { createLogger, NO_SPAN, Secret } from '@bigdata/platform';
import { createClickHouseDatabase, eventually } from '@bigdata/testing';
import { createSelectRunner, type SelectContext } from './select-runner';
import { type StatementLimits } from './statement-limits';

/** Long enough that only an end by force explains a quick one. */
const ENDLESS = 'SELECT count() AS n FROM numbers(1000000000000) WHERE NOT ignore(number)';

let clickhouse: ClickHouse;
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
    connectionsMax: 4,
  });
  await clickhouse.client.command({ query: 'CREATE TABLE t (x UInt8) ENGINE = MergeTree ORDER BY x' });
});

afterAll(async () => {
  await clickhouse.close();
  await drop();
});

function runner(limits: Partial<StatementLimits> = {}) {
  const generous = { timeoutMs: 20_000, memoryBytesMax: 1_000_000_000, rowsToReadMax: 10 ** 13 };
  return createSelectRunner({
    onEnded: () => undefined,
    clickhouse,
    hideErased: () => ({}),
    admit: () => Promise.resolve(() => undefined),
    limits: { ...generous, ...limits },
  });
}

function context(signal = new AbortController().signal): SelectContext {
  const log = createLogger({ service: 'test', level: 'error', format: 'json' });
  return { requestId: 'request-0001', caller: { kind: 'service', name: 'test' }, signal, log, span: NO_SPAN };
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'no error',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}

test('gives the rows and what they cost', async () => {
  const sql = 'SELECT {p0:String} AS text, toUInt64(7) AS n FROM numbers(10)';
  const { rows, statistics } = await runner()({ sql, params: { p0: "it's\n\\" } }, 10, context());
  expect(rows).toEqual(Array.from({ length: 10 }, () => ({ text: "it's\n\\", n: 7 })));
  expect(statistics.rowsRead).toBe(10);
  expect(statistics.elapsedMs).toBeGreaterThan(0);
});

test('changes nothing, whatever the statement', async () => {
  const [count] = await (
    await clickhouse.client.query({ query: 'SELECT count() AS n FROM t', format: 'JSONEachRow' })
  ).json<{ n: number }>();
  for (const sql of ['INSERT INTO t SELECT 1', 'DROP TABLE t', 'CREATE TABLE u (x UInt8) ENGINE = Memory']) {
    // 164: READONLY
    await expect(runner()({ sql, params: {} }, 1, context())).rejects.toMatchObject({
      context: { clickhouse_code: '164' },
    });
  }
  const { rows } = await runner()({ sql: 'SELECT count() AS n FROM t', params: {} }, 1, context());
  expect(rows).toEqual([count]);
});

test('ends as query_timeout when it takes too long', async () => {
  const run = runner({ timeoutMs: 300 })({ sql: ENDLESS, params: {} }, 1, context());
  expect(await codeOf(run)).toBe('query_timeout');
});

test('ends as query_too_complex when it needs too much memory', async () => {
  const sql = 'SELECT length(groupArray(number)) AS n FROM numbers(100000000)';
  const run = runner({ memoryBytesMax: 10_000_000 })({ sql, params: {} }, 1, context());
  expect(await codeOf(run)).toBe('query_too_complex');
});

test('never hands on more rows than were asked for', async () => {
  const run = runner()({ sql: 'SELECT number FROM numbers(11)', params: {} }, 10, context());
  expect(await codeOf(run)).not.toBe('no error');
});

test('stops in ClickHouse when its caller goes away', async () => {
  const caller = new AbortController();
  const running = async (): Promise<number> => {
    const answer = await clickhouse.client.query({
      query:
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'",
      format: 'JSONEachRow',
    });
    const [row] = await answer.json<{ n: number }>();
    return row?.n ?? -1;
  };
  const run = codeOf(runner()({ sql: ENDLESS, params: {} }, 1, context(caller.signal)));
  await eventually(async () => expect(await running()).toBe(1));
  caller.abort();
  expect(await run).toBe('unavailable');
  await eventually(async () => expect(await running()).toBe(0));
});
