import { queryAnswerSchema, RECORD_FIELD_NAMES, ROUTES } from '@bigdata/models';
import { problemSchema } from '@bigdata/platform';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import fc from 'fast-check';
import { mergeRows, type MergedRecord, sortTextOf } from '../testing/merged-record';
import { insertRows, type StoredRow } from '../testing/stored-row';
import { startTestService, type TestService } from '../testing/test-service';

const KEYS = Array.from({ length: 40 }, (_, index) => `key-${String((index * 7) % 40).padStart(12, '0')}`);
const LONG = 'x'.repeat(256);
const TWENTY = 'ü'.repeat(20);

/** Few values, so that many records are equal in some. */
const VALUES = {
  dataset: ['people', 'shops'],
  email: ['a@example.com', 'b@example.com', 'z@example.com'],
  full_name: ['Jane Doe', "Seán O'Neill", 'ÄRA', 'zoe'],
  last_name: ['Doe', "O'Neill", 'ärn', TWENTY],
  birth_date: ['1980-02-29', '1999-12-31'],
  job_title: ['Chief', 'boss', 'Ärztin', `${LONG}a`, `${LONG}b`],
  website: ['https://example.com', 'https://example.org/"a"\\'],
  country: ['US', 'GB'],
} as const;
const ATTRIBUTES = ['gold', 'Gold', '9', '10', "it's"];
const MOMENTS = ['2026-01-31 12:00:00.000', '2026-01-31 12:00:00.001', '2026-02-01 08:30:00.250'];
const SORTABLE = [...RECORD_FIELD_NAMES.filter((name) => name !== 'attributes'), 'attributes.tier'];

const storedRow: fc.Arbitrary<StoredRow> = fc
  .record(
    {
      key: fc.constantFrom(...KEYS),
      load: fc.constantFrom(1, 2, 10),
      place: fc.integer({ min: 1, max: 100_000 }),
      updated_at: fc.constantFrom(...MOMENTS),
      tier: fc.constantFrom(...ATTRIBUTES),
      dataset: fc.constantFrom(...VALUES.dataset),
      email: fc.constantFrom(...VALUES.email),
      full_name: fc.constantFrom(...VALUES.full_name),
      last_name: fc.constantFrom(...VALUES.last_name),
      birth_date: fc.constantFrom(...VALUES.birth_date),
      job_title: fc.constantFrom(...VALUES.job_title),
      website: fc.constantFrom(...VALUES.website),
      country: fc.constantFrom(...VALUES.country),
    },
    { requiredKeys: ['key', 'load', 'place'] },
  )
  .map(({ tier, ...row }) => (tier === undefined ? row : { ...row, attributes: { tier } }));

interface SortKey {
  readonly field: string;
  readonly direction?: 'asc' | 'desc';
}
const orderBy: fc.Arbitrary<SortKey[]> = fc.array(
  fc.record(
    { field: fc.constantFrom(...SORTABLE), direction: fc.constantFrom('asc', 'desc') },
    { requiredKeys: ['field'] },
  ),
  { minLength: 1, maxLength: 4 },
);

let service: TestService;
let drop: () => Promise<void>;
let records: MergedRecord[];

beforeAll(async () => {
  const created = await createClickHouseDatabase();
  drop = created.drop;
  service = await startTestService({
    clickhouseUrl: created.url,
    database: created.database,
    cluster: created.cluster,
    port: await freePort(),
  });
  await service.clickhouse.client.command({
    query: `SYSTEM STOP MERGES ${service.clickhouse.tables.stored('record_versions')}`,
  });
  const rows = fc.sample(
    fc.uniqueArray(storedRow, {
      minLength: 60,
      maxLength: 80,
      selector: ({ load, place }) => `${load} ${place}`,
    }),
    1,
  )[0]!;
  await insertRows(service.clickhouse, rows.slice(0, 30));
  await insertRows(service.clickhouse, rows.slice(30));
  records = [...Map.groupBy(rows, ({ key }) => key).values()].map(mergeRows);
});

afterAll(async () => {
  await service.stop();
  await drop();
});

function sorted(order: readonly SortKey[]): string[] {
  const bytes = (text: string): Buffer => Buffer.from(Array.from(text).slice(0, 256).join(''));
  const compare = (one: MergedRecord, other: MergedRecord): number => {
    for (const { field, direction } of [...order, { field: 'record_id', direction: 'asc' }]) {
      const left = sortTextOf(field, one);
      const right = sortTextOf(field, other);
      if (left === right) continue;
      if (left === undefined) return 1;
      if (right === undefined) return -1;
      const sign = Buffer.compare(bytes(left), bytes(right)) * (direction === 'desc' ? -1 : 1);
      if (sign !== 0) return sign;
    }
    return 0;
  };
  return records.toSorted(compare).map((record) => record.get('record_id')!);
}

async function paged(body: object): Promise<unknown[]> {
  const seen: unknown[] = [];
  let cursor: string | null = null;
  do {
    const answer = await service.query({ ...body, ...(cursor === null ? {} : { cursor }) });
    expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
    const { data, page } = queryAnswerSchema.parse(answer.body);
    for (const record of data) {
      expect(record).not.toHaveProperty('page_sort');
      seen.push(record['record_id']);
    }
    cursor = page.next_cursor;
  } while (cursor !== null);
  return seen;
}

test('pages in any order, of any size and with any fields, together are all records in that order', async () => {
  const select = fc.option(
    fc
      .subarray(['email', 'job_title', 'country', 'updated_at', 'attributes'])
      .map((names) => ['record_id', ...names]),
    { nil: undefined },
  );
  await fc.assert(
    fc.asyncProperty(orderBy, fc.integer({ min: 7, max: 45 }), select, async (order, limit, fields) => {
      expect(await paged({ order_by: order, limit, select: fields })).toEqual(sorted(order));
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('a cursor belongs to its order', async () => {
  const order = [{ field: 'email' }];
  const first = queryAnswerSchema.parse((await service.query({ order_by: order, limit: 1 })).body);
  const cursor = first.page.next_cursor;
  expect((await service.query({ order_by: [{ field: 'email', direction: 'asc' }], cursor })).status).toBe(
    200,
  );
  for (const other of [{}, { order_by: [{ field: 'email', direction: 'desc' }] }]) {
    const answer = await service.query({ ...other, cursor });
    expect([answer.status, problemSchema.parse(answer.body).code]).toEqual([400, 'invalid_cursor']);
  }
});

test.each([
  ['an unknown field', [{ field: 'country' }, { field: 'emial' }], '#/order_by/1/field'],
  ['attributes as a whole', [{ field: 'attributes' }], '#/order_by/0/field'],
  ['an unknown direction', [{ field: 'email', direction: 'up' }], '#/order_by/0/direction'],
  ['no field', [], '#/order_by'],
  ['more than four', Array.from({ length: 5 }, () => ({ field: 'email' })), '#/order_by'],
])('an order by %s is refused at its place', async (_what, order, pointer) => {
  const answer = await service.query({ order_by: order });
  expect(answer.status).toBe(422);
  expect(problemSchema.parse(answer.body).errors).toMatchObject([{ pointer }]);
});

test('a misspelt field comes with the right one', async () => {
  const answer = await service.query({ order_by: [{ field: 'emial' }] });
  expect(problemSchema.parse(answer.body).errors?.[0]?.hint).toBe('did you mean "email"?');
});

test('an order tells nothing of a field that the key may not see', async () => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const ask = (field: string) =>
    service.ask(
      ROUTES.runQuery.path,
      { ...init, body: JSON.stringify({ order_by: [{ field }] }) },
      { fields: ['record_id', 'country'] },
    );
  expect((await ask('country')).status).toBe(200);
  for (const field of ['email', 'attributes.tier']) {
    const answer = await ask(field);
    expect(answer.status).toBe(422);
    expect(problemSchema.parse(answer.body).errors?.[0]?.pointer).toBe('#/order_by/0/field');
  }
});

test('a streamed answer has no other order than by record id', async () => {
  const answer = await service.query({ order_by: [{ field: 'email' }] }, { accept: 'application/x-ndjson' });
  expect(answer.status).toBe(422);
  expect(problemSchema.parse(answer.body).errors?.[0]?.pointer).toBe('#/order_by');
});
