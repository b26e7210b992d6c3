import { statsGroupsSchema, statsTotalsSchema, type RecordFieldName } from '@bigdata/models';
import { problemSchema } from '@bigdata/platform';
import { createClickHouseDatabase, eventually, freePort, testServers } from '@bigdata/testing';
import { insertRows, jobIdOf, type StoredRow } from '../testing/stored-row';
import { startTestService, type TestAnswer, type TestService } from '../testing/test-service';

const key = (letter: string): string => letter.repeat(16);
const FIRST_LOAD: StoredRow[] = [
  { key: key('a'), dataset: 'people', country: 'US', email: 'a@example.com', attributes: { tier: 'gold' } },
  { key: key('b'), dataset: 'people', country: 'US', email: 'shared@example.com' },
  { key: key('c'), dataset: 'people', country: 'DE', email: 'shared@example.com' },
  { key: key('d'), dataset: 'shops', country: 'FR', phone: '+33142685300' },
  { key: key('e'), dataset: 'shops' },
];
/** One record moves to another country; one is new. */
const SECOND_LOAD: StoredRow[] = [
  { key: key('c'), load: 2, dataset: 'people', country: 'US', updated_at: '2026-02-15 08:00:00.000' },
  { key: key('f'), load: 2, dataset: 'people', country: 'US', updated_at: '2026-02-15 08:00:00.000' },
];

let services: TestService[];
let drop: () => Promise<void>;

beforeAll(async () => {
  const { url, database, cluster, drop: dropDatabase } = await createClickHouseDatabase();
  drop = dropDatabase;
  const start = async (redisUrl: string) =>
    startTestService({ clickhouseUrl: url, database, cluster, redisUrl, port: await freePort() });
  // Two instances, and one whose Redis is away.
  services = [
    await start(testServers().redisUrl),
    await start(testServers().redisUrl),
    await start('redis://127.0.0.1:1'),
  ];
  await clickhouse().command({
    query: `SYSTEM STOP MERGES ${services[0]!.clickhouse.tables.stored('record_versions')}`,
  });
  await insertRows(services[0]!.clickhouse, FIRST_LOAD);
});

afterAll(async () => {
  for (const service of services) await service.stop();
  await drop();
});

const clickhouse = () => services[0]!.clickhouse.client;

interface Asked {
  readonly instance?: number;
  readonly fields?: RecordFieldName[];
  readonly ifNoneMatch?: string;
}

function stats(
  query: Readonly<Record<string, string>> = {},
  { instance = 0, fields, ifNoneMatch }: Asked = {},
): Promise<TestAnswer> {
  const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch };
  const path = `/v1/stats?${new URLSearchParams(query).toString()}`;
  return services[instance]!.ask(path, { headers }, fields === undefined ? {} : { fields });
}

async function groups(query: Readonly<Record<string, string>>, asked: Asked = {}) {
  const answer = await stats(query, asked);
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${JSON.stringify(answer.body)}`);
  const { groups: found, other, total } = statsGroupsSchema.parse(answer.body);
  return { groups: found, other, total };
}

test('totals tell how many records there are and what they have', async () => {
  const answer = await stats();
  const totals = statsTotalsSchema.parse(answer.body);
  expect(totals).toMatchObject({
    records: 5,
    distinct_emails: 2,
    distinct_phones: 1,
    datasets: [
      { name: 'people', records: 3 },
      { name: 'shops', records: 2 },
    ],
    last_ingest: { ingest_id: jobIdOf(1), at: '2026-01-31T12:00:00.000Z' },
  });
  expect(totals.coverage).toMatchObject({ email: 0.6, phone: 0.2, country: 0.8, dataset: 1, company: 0 });
  expect(totals.coverage['attributes']).toBe(0.2);
  expect(answer.headers.get('age')).toMatch(/^\d+$/);
  expect(answer.headers.get('cache-control')).toBe('private, no-cache');
});

test('groups are the largest first, with what is left over, and a group of those without a value', async () => {
  expect(await groups({ group_by: 'country', limit: '1' })).toEqual({
    groups: [{ key: { country: 'US' }, count: 2 }],
    other: 3,
    total: 5,
  });
  expect((await groups({ group_by: 'country' })).groups.map(({ key: { country } }) => country)).toEqual([
    'US',
    'DE',
    'FR',
    null,
  ]);
});

test('groups are over several fields, attributes too, and over the records that a filter finds', async () => {
  const where = JSON.stringify({ field: 'dataset', op: 'eq', value: 'people' });
  expect(await groups({ group_by: 'country,attributes.tier', where })).toEqual({
    groups: [
      { key: { country: 'DE', 'attributes.tier': null }, count: 1 },
      { key: { country: 'US', 'attributes.tier': 'gold' }, count: 1 },
      { key: { country: 'US', 'attributes.tier': null }, count: 1 },
    ],
    other: 0,
    total: 3,
  });
  const nothing = JSON.stringify({ field: 'email', op: 'eq', value: 'nobody@example.com' });
  expect(await groups({ group_by: 'country', where: nothing })).toEqual({ groups: [], other: 0, total: 0 });
});

test('an answer is made once for all instances, and the caller who has it is told so', async () => {
  const first = await stats({ group_by: 'dataset' });
  const again = await stats({ group_by: 'dataset' }, { instance: 1 });
  expect(again.body).toEqual(first.body);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"[\w-]+"$/);
  expect(again.headers.get('etag')).toBe(etag);
  const same = await stats({ group_by: 'dataset' }, { instance: 1, ifNoneMatch: `"other", ${etag}` });
  expect([same.status, same.body, same.headers.get('etag')]).toEqual([304, null, etag]);
  // Another question has another tag.
  expect((await stats({ group_by: 'country' }, { ifNoneMatch: etag })).status).toBe(200);
});

test('without Redis the answer is the same, made anew', async () => {
  expect(await groups({ group_by: 'country' }, { instance: 2 })).toEqual(
    await groups({ group_by: 'country' }),
  );
});

test('a load changes the answer at once, a merge does not, and counts are of merged records', async () => {
  const before = await stats({ group_by: 'country' });
  const etag = before.headers.get('etag') ?? '';
  // Twice, so that there is something to merge.
  for (let times = 0; times < 2; times += 1) await insertRows(services[0]!.clickhouse, SECOND_LOAD);
  const after = await stats({ group_by: 'country' }, { ifNoneMatch: etag });
  expect(after.status).toBe(200);
  const expected = ['US 4', 'FR 1', 'none 1'];
  const counted = (answer: TestAnswer) =>
    statsGroupsSchema
      .parse(answer.body)
      .groups.map(({ key: { country }, count }) => `${country ?? 'none'} ${count}`);
  expect(counted(after)).toEqual(expected);

  await clickhouse().command({
    query: `SYSTEM START MERGES ${services[0]!.clickhouse.tables.stored('record_versions')}`,
  });
  await clickhouse().command({
    query: `OPTIMIZE TABLE ${services[0]!.clickhouse.tables.stored('record_versions')} FINAL`,
  });
  const merged = await stats({ group_by: 'country' }, { ifNoneMatch: after.headers.get('etag') ?? '' });
  expect(merged.status).toBe(304);

  await clickhouse().command({
    query: `ALTER TABLE ${services[0]!.clickhouse.tables.everywhere('record_versions')} DROP PARTITION 2`,
  });
  expect(await groups({ group_by: 'country' })).toEqual(
    (({ groups: found, other, total }) => ({ groups: found, other, total }))(
      statsGroupsSchema.parse(before.body),
    ),
  );
  await insertRows(services[0]!.clickhouse, SECOND_LOAD);
});

test('time is cut into days or months, in their order', async () => {
  expect((await groups({ interval: 'month', group_by: 'updated_at' })).groups).toEqual([
    { key: { updated_at: '2026-01' }, count: 4 },
    { key: { updated_at: '2026-02' }, count: 2 },
  ]);
  expect((await groups({ interval: 'day' })).groups).toEqual([
    { key: { first_seen_at: '2026-01-31' }, count: 5 },
    { key: { first_seen_at: '2026-02-15' }, count: 1 },
  ]);
});

test('while a person is being erased nothing is kept, and he is not counted', async () => {
  const erasing = "('00000000-0000-4000-8000-000000000001', 'aaaaaaaaaaaaaaaa')";
  const etag = (await stats()).headers.get('etag') ?? '';
  await clickhouse().command({ query: `INSERT INTO erasing_records VALUES ${erasing}` });
  await eventually(async () => {
    const answer = await stats({}, { ifNoneMatch: etag });
    expect(statsTotalsSchema.parse(answer.body).records).toBe(5);
  });
  await clickhouse().command({
    query: `TRUNCATE TABLE ${services[0]!.clickhouse.tables.everywhere('erasing_records')}`,
  });
  expect(statsTotalsSchema.parse((await stats()).body).records).toBe(6);
});

test.each([
  ['an unknown field', { group_by: 'contry' }, '#/query/group_by', 'did you mean "country"?'],
  ['too many fields', { group_by: 'country,city,region,company' }, '#/query/group_by', undefined],
  ['a filter that is not JSON', { where: '{' }, '#/query/where', undefined],
  [
    'an unknown field in the filter',
    { where: JSON.stringify({ field: 'emial', op: 'eq', value: 'x' }) },
    '#/query/where/field',
    'did you mean "email"?',
  ],
  ['a limit over a thousand', { limit: '1001' }, '#/query/limit', undefined],
])('is refused with %s', async (_what, query, pointer, hint) => {
  const answer = await stats(query);
  expect(answer.status).toBe(422);
  const [error] = problemSchema.parse(answer.body).errors ?? [];
  expect(error?.pointer).toBe(pointer);
  if (hint !== undefined) expect(error?.hint).toBe(hint);
});

test('a key with a mask neither groups nor filters by what it may not see, and is told nothing of it', async () => {
  const fields: RecordFieldName[] = ['country'];
  const totals = statsTotalsSchema.parse((await stats({}, { fields })).body);
  expect(totals).toMatchObject({ distinct_emails: null, distinct_phones: null, datasets: [] });
  expect(Object.keys(totals.coverage)).toEqual(['country']);
  const where = JSON.stringify({ field: 'email', op: 'eq', value: 'a@example.com' });
  const queries: Record<string, string>[] = [{ group_by: 'city' }, { group_by: 'country', where }];
  for (const query of queries) {
    expect((await stats(query, { fields })).status).toBe(422);
  }
});
