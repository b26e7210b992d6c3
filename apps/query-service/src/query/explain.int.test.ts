import {
  type ExplainAnswer,
  explainAnswerSchema,
  type Price,
  queryAnswerSchema,
  type RecordFieldName,
  ROUTES,
} from '@bigdata/models';
import { problemSchema } from '@bigdata/platform';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { insertMany } from '../testing/insert-many';
import { insertRows } from '../testing/stored-row';
import { startTestService, type TestAnswer, type TestService } from '../testing/test-service';

const ROWS = 50_000;

let service: TestService;
let clickhouse: Awaited<ReturnType<typeof createClickHouseDatabase>>;

beforeAll(async () => {
  clickhouse = await createClickHouseDatabase();
  const { url: clickhouseUrl, database, cluster } = clickhouse;
  service = await startTestService({ clickhouseUrl, database, cluster, port: await freePort() });
  await insertMany(service.clickhouse, { dataset: 'many', rows: ROWS });
  await insertRows(service.clickhouse, [
    { key: 'jane-00000000001', email: 'jane.doe@example.com', phone: '+14155550132', country: 'US' },
  ]);
});

afterAll(async () => {
  await service.stop();
  await clickhouse.drop();
});

interface Terms {
  readonly fields?: RecordFieldName[];
  readonly queryPrice?: Price;
}

const ask = (body: unknown, terms: Terms = {}): Promise<TestAnswer> =>
  service.ask(
    ROUTES.explainQuery.path,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    terms,
  );

async function explain(body: unknown, terms?: Terms): Promise<ExplainAnswer> {
  const answer = await ask(body, terms);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return explainAnswerSchema.parse(answer.body);
}

const eq = (field: string, value: string) => ({ field, op: 'eq', value });

test('the filter is told with the values that are compared, the statement with none of them', async () => {
  const where = {
    and: [
      eq('country', 'United States'),
      eq('phone', '(415) 555-0132'),
      { not: eq('attributes.secret column', 'secret value') },
    ],
  };
  const select = ['email'];
  const explained = await explain({ select, where, order_by: [{ field: 'last_name' }], limit: 777 });
  expect(explained.filter).toEqual({
    and: [
      eq('country', 'US'),
      eq('phone', '+14155550132'),
      { not: { ...eq('attributes.secret column', 'secret value'), type: 'text' } },
    ],
  });
  expect(explained.sql).toMatch(/^SELECT .*\{p0:/s);
  for (const value of ['4155550132', 'secret', '777', "'US'"]) expect(explained.sql).not.toContain(value);
});

test.each([
  ['record_id', eq('record_id', 'a'.repeat(32))],
  ['email', eq('email', 'jane.doe@example.com')],
  ['phone', eq('phone', '+14155550132')],
  ['full_name', eq('full_name', 'Jane Doe')],
  ['name', { and: [eq('first_name', 'Jane'), eq('last_name', 'Doe')] }],
  ['email+phone', { or: [eq('phone', '+14155550132'), eq('email', 'jane.doe@example.com')] }],
])('index %s is named, and few rows have to be looked at', async (index, where) => {
  const explained = await explain({ where });
  expect(explained.index).toBe(index);
  expect(explained.estimated_rows).toBeLessThan(ROWS / 2);
});

test.each([
  ['there is no filter', {}],
  ['a field has no index', { where: eq('country', 'US') }],
  ['a value is denied', { where: { not: eq('email', 'jane.doe@example.com') } }],
  ['one part of an `or` has none', { where: { or: [eq('email', 'a@example.com'), eq('country', 'US')] } }],
])('no index is named when %s, and every row counts', async (_when, body) => {
  const explained = await explain(body);
  expect([explained.index, explained.estimated_rows]).toEqual([null, ROWS + 1]);
});

test('without a filter it is null', async () => {
  expect((await explain({})).filter).toBeNull();
});

test('a query that would have to read more than it may is explained, without reading it', async () => {
  const rowsToReadMax = ROWS / 2;
  const bound = await startTestService({
    clickhouseUrl: clickhouse.url,
    database: clickhouse.database,
    port: await freePort(),
    limits: { queryRowsToReadMax: rowsToReadMax },
  });
  try {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ where: eq('country', 'US') }),
    };
    expect((await bound.ask(ROUTES.runQuery.path, init)).status).toBe(422);
    const explained = explainAnswerSchema.parse((await bound.ask(ROUTES.explainQuery.path, init)).body);
    expect(explained.estimated_rows).toBe(ROWS + 1);
  } finally {
    await bound.stop();
  }
});

test('the price is that of the caller, and the most that a page of this limit costs', async () => {
  const queryPrice = { base: 2, per_record: 3 };
  expect((await explain({ limit: 10 }, { queryPrice })).price).toEqual({ ...queryPrice, most: 32 });
  expect((await explain({}, { queryPrice })).price).toEqual({ ...queryPrice, most: 302 });
  expect((await explain({})).price).toBeNull();
});

test('a field that the key may not see is refused wherever it is named', async () => {
  const body = {
    select: ['email', 'phone'],
    where: { and: [eq('country', 'US'), eq('attributes.tier', 'gold')] },
    order_by: [{ field: 'last_name' }],
  };
  const answer = await ask(body, { fields: ['email', 'country'] });
  const problem = problemSchema.parse(answer.body);
  expect([answer.status, problem.code]).toEqual([422, 'invalid_request']);
  expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
    '#/select/1',
    '#/where/and/1/field',
    '#/order_by/0/field',
  ]);
});

test('of a key that may see some fields, the statement reads these', async () => {
  const { sql } = await explain({}, { fields: ['country'] });
  expect(sql).toContain('country');
  expect(sql).not.toContain('email');
});

test.each([
  [{ where: eq('email', 'jane') }, 422, 'invalid_request'],
  [{ limit: 1_001 }, 422, 'invalid_request'],
  [{ cursor: 'x' }, 400, 'invalid_cursor'],
])('what the query is refused for is refused here: %j', async (body, status, code) => {
  const answer = await ask(body);
  expect([answer.status, problemSchema.parse(answer.body).code]).toEqual([status, code]);
  expect((await service.query(body)).status).toBe(status);
});

test('a cursor of the query is taken, and what lies before it need not be looked at', async () => {
  const body = { select: ['record_id'], limit: 1_000 };
  let cursor: string | null = null;
  for (let page = 0; page < 5; page += 1) {
    const answer = await service.query({ ...body, ...(cursor === null ? {} : { cursor }) });
    cursor = queryAnswerSchema.parse(answer.body).page.next_cursor;
  }
  expect((await explain({ ...body, cursor })).estimated_rows).toBeLessThan(ROWS);
});

test('a caller that takes no JSON is refused', async () => {
  const headers = { 'content-type': 'application/json', accept: 'text/csv' };
  const answer = await service.ask(ROUTES.explainQuery.path, { method: 'POST', headers, body: '{}' });
  expect(answer.status).toBe(406);
});
