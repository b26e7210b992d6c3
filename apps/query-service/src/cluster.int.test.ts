/**
 * The same loads on one server and spread over a cluster of two shards: whatever is asked, both give the same answer.
 * What a single server has to answer is the subject of the other suites.
 */
import { explainAnswerSchema, ROUTES } from '@bigdata/models';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import fc from 'fast-check';
import { insertRows, recordIdOf, type StoredRow } from './testing/stored-row';
import { startTestService, type TestAnswer, type TestService } from './testing/test-service';

jest.setTimeout(120_000);

const KEYS = Array.from({ length: 60 }, (_, index) => `key-${String(index).padStart(12, '0')}`);
const CITIES = ['Reno', 'São Paulo', 'Berlin'];
const COUNTRIES = ['US', 'BR', 'DE'];

const storedRow: fc.Arbitrary<StoredRow> = fc
  .record(
    {
      key: fc.constantFrom(...KEYS),
      load: fc.constantFrom(1, 2, 3),
      place: fc.integer({ min: 1, max: 100_000 }),
      person: fc.integer({ min: 0, max: 30 }),
      city: fc.constantFrom(...CITIES),
      country: fc.constantFrom(...COUNTRIES),
      tier: fc.constantFrom('gold', 'silver'),
      dataset: fc.constantFrom('people', 'shops'),
    },
    { requiredKeys: ['key', 'load', 'place', 'person'] },
  )
  .map(({ person, tier, ...row }) => ({
    ...row,
    email: `person${person}@example.com`,
    phone: `+141555501${String(person).padStart(2, '0')}`,
    first_name: `Jane${person % 5}`,
    last_name: `Doe${person % 7}`,
    full_name: `Jane${person % 5} Doe${person % 7}`,
    ...(tier !== undefined && { attributes: { tier } }),
  }));

const condition = fc.oneof(
  fc.record({
    field: fc.constant('country'),
    op: fc.constantFrom('eq', 'ne'),
    value: fc.constantFrom(...COUNTRIES),
  }),
  fc.record({
    field: fc.constant('city'),
    op: fc.constant('in'),
    value: fc.subarray(CITIES, { minLength: 1 }),
  }),
  fc.record({ field: fc.constant('attributes.tier'), op: fc.constant('exists') }),
  fc.nat(30).map((person) => ({ field: 'email', op: 'eq', value: `person${person}@example.com` })),
  fc
    .nat(30)
    .map((person) => ({ field: 'phone', op: 'eq', value: `+1415555 01${String(person).padStart(2, '0')}` })),
  fc.nat(6).map((person) => ({
    and: [
      { field: 'first_name', op: 'eq', value: `Jane${person % 5}` },
      { field: 'last_name', op: 'eq', value: `Doe${person}` },
    ],
  })),
  fc.constantFrom(...KEYS).map((key) => ({ field: 'record_id', op: 'gte', value: recordIdOf(key) })),
);
const filter = fc.oneof(
  condition,
  fc.record({ and: fc.array(condition, { minLength: 1, maxLength: 3 }) }),
  fc.record({ or: fc.array(condition, { minLength: 1, maxLength: 3 }) }),
  fc.record({ not: condition }),
);
const query = fc.record(
  {
    where: filter,
    limit: fc.integer({ min: 1, max: 20 }),
    order_by: fc.constantFrom(
      [{ field: 'city' }],
      [{ field: 'country', direction: 'desc' }, { field: 'email' }],
      [{ field: 'record_id', direction: 'desc' }],
    ),
    count: fc.constantFrom('exact', 'estimate'),
    select: fc.constantFrom(['record_id', 'email'], ['city', 'attributes', 'updated_at']),
  },
  { requiredKeys: ['limit'] },
);

let single: TestService;
let cluster: TestService;
const drops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const start = async (isSharded: boolean): Promise<TestService> => {
    const created = await createClickHouseDatabase({ isSharded });
    drops.push(created.drop);
    return startTestService({
      clickhouseUrl: created.url,
      database: created.database,
      cluster: created.cluster,
      port: await freePort(),
    });
  };
  [single, cluster] = [await start(false), await start(true)];
  const rows = fc.sample(storedRow, { numRuns: 400, seed: 7 });
  for (const service of [single, cluster]) {
    for (const from of [0, 150, 300]) await insertRows(service.clickhouse, rows.slice(from, from + 150));
  }
});
afterAll(async () => {
  await Promise.all([single, cluster].map((service) => service.stop()));
  for (const drop of drops) await drop();
});

/** Without what differs from answer to answer: a cursor says when it was made. */
const DIFFERS = new Set(['statistics', 'as_of', 'next_cursor']);
const comparable = ({ status, body }: TestAnswer): string =>
  JSON.stringify({ status, body }, (name, value: unknown) => (DIFFERS.has(name) ? typeof value : value), 2);

async function bothAnswer(ask: (service: TestService) => Promise<TestAnswer>): Promise<TestAnswer> {
  const [one, other] = await Promise.all([ask(single), ask(cluster)]);
  expect(comparable(other)).toBe(comparable(one));
  expect(one.status).toBe(200);
  return one;
}

test('the records are on both shards', async () => {
  const answer = await cluster.clickhouse.client.query({
    query: 'SELECT shardNum() AS shard, count() AS rows FROM record_versions GROUP BY shard ORDER BY shard',
    format: 'JSONEachRow',
  });
  expect((await answer.json<{ shard: number }>()).map(({ shard }) => shard)).toEqual([1, 2]);
});

test('pages, orders and counts', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(query, async (body) => {
      const { body: answer } = await bothAnswer((service) => service.query(body));
      found += (answer as { data: unknown[] }).data.length;
    }),
    { numRuns: 40 },
  );
  expect(found).toBeGreaterThan(60);
});

test('pages one after the other are all records, in the same order', async () => {
  const walk = async (service: TestService): Promise<unknown[]> => {
    const records: unknown[] = [];
    let cursor: string | null = null;
    do {
      const { status, body } = await service.query({
        limit: 7,
        order_by: [{ field: 'city' }],
        ...(cursor !== null && { cursor }),
      });
      expect(status).toBe(200);
      const page = body as { data: unknown[]; page: { next_cursor: string | null } };
      records.push(...page.data);
      cursor = page.page.next_cursor;
    } while (cursor !== null);
    return records;
  };
  const records = await walk(single);
  expect(records.length).toBeGreaterThan(50);
  expect(await walk(cluster)).toEqual(records);
});

test.each(['application/x-ndjson', 'text/csv'])('a stream of %s', async (accept) => {
  const read = async (service: TestService): Promise<string> => {
    const response = await service.open(
      { where: { field: 'country', op: 'in', value: ['US', 'DE'] } },
      { accept },
    );
    expect(response.status).toBe(200);
    return response.text();
  };
  const text = await read(single);
  expect(text.split('\n').length).toBeGreaterThan(20);
  expect(await read(cluster)).toBe(text);
});

const posted = (path: string, body: unknown) => (service: TestService) =>
  service.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test.each([
  { emails: ['person3@example.com', 'nobody@example.com'] },
  { phones: ['+1 415 555 0107'] },
  { record_ids: KEYS.slice(0, 5).map(recordIdOf) },
])('a lookup of %j', async (body) => {
  await bothAnswer(posted(ROUTES.lookup.path, body));
});

test('statistics: totals, groups and the fields that there are', async () => {
  const where = encodeURIComponent(JSON.stringify({ field: 'city', op: 'ne', value: 'Berlin' }));
  for (const search of [
    '',
    '?group_by=country',
    '?group_by=country,attributes.tier',
    `?group_by=dataset&where=${where}`,
  ]) {
    await bothAnswer((service) => service.ask(`/v1/stats${search}`));
  }
  await bothAnswer((service) => service.ask('/v1/fields'));
});

test('what is explained names the same index, and rows that may have to be looked at', async () => {
  const explain = posted(ROUTES.explainQuery.path, {
    where: { field: 'email', op: 'eq', value: 'person3@example.com' },
  });
  const [one, other] = (await Promise.all([explain(single), explain(cluster)])).map(({ status, body }) => {
    expect(status).toBe(200);
    return explainAnswerSchema.parse(body);
  });
  expect(other?.index).toEqual(one?.index);
  expect(other?.estimated_rows).toBeGreaterThan(0);
});
