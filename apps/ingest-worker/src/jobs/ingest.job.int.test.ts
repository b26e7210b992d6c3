import { type ClickHouse } from '@bigdata/clickhouse';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import { type Loader } from '../load/clickhouse-loader';
import { createIngestBench, type IngestBench, openTestTables } from '../test-support/ingest-bench';

/** Real servers on a machine that may be busy with other things. */
jest.setTimeout(120_000);

let database: ClickHouseTestDatabase;
let clickhouse: ClickHouse;
let loader: Loader;
let select: <T>(query: string) => Promise<T[]>;
let bench: IngestBench;

beforeAll(async () => {
  database = await createClickHouseDatabase();
  ({ clickhouse, loader, select } = await openTestTables(database));
});
afterAll(async () => {
  await clickhouse.close();
  await database.drop();
});
beforeEach(() => {
  bench = createIngestBench(loader, { bytesMax: 400 });
});
afterEach(() => bench.close());

async function load(name: string, content: string, job: object = {}) {
  const made = bench.addJob(name, content, job);
  await bench.run(made.id);
  return made;
}

test('every column comes back from ClickHouse as it was encoded', async () => {
  const { id, startedAt } = await load(
    'all.csv',
    [
      'Email,Phone,Full Name,Birth Date,Gender,Company,Job Title,Website,Address,City,State,ZIP,Country,Favourite colour',
      '"Jane.Doe@Example.COM","(415) 555-0132 ext. 7","Dr. Jane Q. Doe, PhD",1980-02-29,F,"Ümlaut, Söhne ""GmbH""",CTO,example.com,"1 Main St' +
        '\nSuite 2' +
        '",Zürich,CA,94105,United States,blau 漢字 😀',
    ].join('\r\n'),
    { dataset: 'all', country: 'DE' },
  );
  const [row] = await select<Record<string, unknown>>(
    `SELECT * EXCEPT (attributes, raw_values, dedupe_key, first_seen_at, updated_at), hex(dedupe_key) AS key,
       toUnixTimestamp64Milli(first_seen_at) AS first_seen_ms, toUnixTimestamp64Milli(updated_at) AS updated_ms,
       mapApply((k, v) -> (k, v.2), attributes) AS attribute, mapApply((k, v) -> (k, v.2), raw_values) AS raw,
       toString(attributes['Favourite colour'].1) AS version
     FROM records FINAL WHERE dataset = 'all'`,
  );
  expect(row).toMatchObject({
    key_rule: 'email.v1',
    key: expect.stringMatching(/^[0-9A-F]{32}$/) as string,
    email: 'jane.doe@example.com',
    email_match: 'jane.doe@example.com',
    phone: '+14155550132',
    phone_extension: '7',
    full_name: 'Dr. Jane Q. Doe PhD',
    full_name_match: 'dr jane q doe phd',
    first_name: 'Jane',
    middle_name: 'Q.',
    last_name: 'Doe',
    last_name_match: 'doe',
    name_prefix: 'Dr.',
    name_suffix: 'PhD',
    birth_date: '1980-02-29',
    gender: 'female',
    company: 'Ümlaut, Söhne "GmbH"',
    company_match: 'umlaut sohne gmbh',
    website: 'https://example.com',
    address: '1 Main St Suite 2',
    city: 'Zürich',
    city_match: 'zurich',
    region: 'CA',
    postal_code: '94105',
    country: 'US',
    attribute: { 'Favourite colour': 'blau 漢字 😀' },
    version: `${Date.parse(startedAt ?? '')}000001`,
    ingest_id: id,
    first_ingest_id: id,
    first_seen_ms: Date.parse(startedAt ?? ''),
    updated_ms: Date.parse(startedAt ?? ''),
  });
  expect(row?.['raw']).toMatchObject({ email: 'Jane.Doe@Example.COM', country: 'United States' });
});

test('a generated load gives exact counts, and what came earlier in the file is merged', async () => {
  const rows = Array.from({ length: 500 }, (_, index) => `user${index % 400}@example.com,User ${index}`);
  const job = await load('count.csv', ['email,name', ...rows, '"broken,x', ',', ''].join('\n'), {
    dataset: 'count',
  });
  expect(job.state).toBe('succeeded');
  expect(job.result).toEqual({
    rows_read: 502,
    rows_loaded: 500,
    rows_rejected: 2,
    records_new: 400,
    records_merged: 100,
    warnings: {},
  });
  expect(job.checkpoint).toMatchObject({ rows_read: 502, byte_offset: job.checkpoint?.bytes_total });
  expect(await select("SELECT count() AS n FROM records FINAL WHERE dataset = 'count'")).toEqual([
    { n: 400 },
  ]);
  const [last] = await select<{ full_name: string }>(
    "SELECT full_name FROM records FINAL WHERE dataset = 'count' AND email = 'user3@example.com'",
  );
  expect(last?.full_name).toBe('User 403');
});

test('two loads merge, a later empty field erases nothing, and what is new is counted by who brought it first', async () => {
  const first = await load(
    'a.csv',
    'email,company,note,x\na@example.com,Acme,old,1\nb@example.com,Beta,,\n',
    {
      dataset: 'merge',
    },
  );
  const second = await load(
    'b.csv',
    'email,company,phone,note\nA@example.com,,+14155550132,new\nc@example.com,C,,\n',
    {
      dataset: 'merge',
    },
  );
  expect(first.result).toMatchObject({ records_new: 2, records_merged: 0 });
  expect(second.result).toMatchObject({ records_new: 1, records_merged: 1 });
  for (const merged of [false, true]) {
    if (merged) await clickhouse.client.command({ query: 'OPTIMIZE TABLE records FINAL' });
    const [row] = await select(
      `SELECT email, company, phone, first_ingest_id, ingest_id, mapApply((k, v) -> (k, v.2), attributes) AS attributes
       FROM records FINAL WHERE dataset = 'merge' AND email = 'a@example.com'`,
    );
    expect(row).toEqual({
      email: 'a@example.com',
      company: 'Acme',
      phone: '+14155550132',
      first_ingest_id: first.id,
      ingest_id: second.id,
      attributes: { note: 'new', x: '1' },
    });
  }
});

test('rejects are listed with line, offset, column, code and the raw row', async () => {
  const csv = [
    'email,name',
    'ok@example.com,Fine',
    'a@example.com,b,c',
    '"open@example.com,x',
    `${'x'.repeat(11_000)},long`,
    ' ,-',
    'last@example.com,',
  ].join('\n');
  const job = await load('rejects.csv', csv, { dataset: 'rejects' });
  const rejects = await select<Record<string, unknown>>(
    `SELECT line, byte_offset, column, code, raw FROM ingest_rejects FINAL WHERE job_id = '${job.id}' ORDER BY byte_offset`,
  );
  expect(rejects).toEqual([
    { line: 3, byte_offset: 31, column: null, code: 'too_many_columns', raw: 'a@example.com,b,c' },
    { line: 4, byte_offset: 49, column: null, code: 'unterminated_quote', raw: '"open@example.com,x' },
    { line: 5, byte_offset: 69, column: 'email', code: 'field_too_long', raw: `${'x'.repeat(11_000)},long` },
    { line: 6, byte_offset: 11_075, column: null, code: 'no_identifier', raw: ' ,-' },
  ]);
  expect(job.result).toMatchObject({ rows_read: 6, rows_loaded: 2, rows_rejected: 4 });
});

test('a batch that is inserted again is not doubled', async () => {
  const once = bench.addJob('again.csv', 'email\nx@example.com\ny@example.com\n', { dataset: 'again' });
  await bench.run(once.id);
  const before = await select("SELECT count() AS n FROM records WHERE dataset = 'again'");
  Object.assign(once, { state: 'running', checkpoint: once.advances[0], result: null });
  await bench.run(once.id);
  expect(await select("SELECT count() AS n FROM records WHERE dataset = 'again'")).toEqual(before);
  expect(once.result).toMatchObject({ rows_loaded: 2, records_new: 2 });
});
