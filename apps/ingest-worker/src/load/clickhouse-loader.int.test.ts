import { type ClickHouse, migrateUp, openClickHouse } from '@bigdata/clickhouse';
import { Secret } from '@bigdata/platform';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import { text, toBlock } from '../encode/native-block';
import { createClickHouseLoader, type Loader } from './clickhouse-loader';

let database: ClickHouseTestDatabase;
let clickhouse: ClickHouse;
let loader: Loader;
const { signal } = new AbortController();

beforeAll(async () => {
  database = await createClickHouseDatabase();
  clickhouse = openClickHouse({
    url: new Secret(database.url),
    database: database.database,
    cluster: database.cluster,
    application: 'test',
    requestTimeoutMs: 30_000,
    connectionsMax: 2,
  });
  await migrateUp(clickhouse);
  loader = createClickHouseLoader(clickhouse);
});
afterAll(async () => {
  await clickhouse.close();
  await database.drop();
});

/** Key → e-mail: two loads that tell of one key, and each of one of its own. */
const insert = async (load: number): Promise<void> => {
  const version = (place: number) =>
    `${load.toString(16).padStart(8, '0')}${place.toString(16).padStart(8, '0')}`;
  const row = (key: string, place: number) =>
    `('${key}', ${load}, 'people', concat(unhex('${version(place)}'), '${key}@load${load}'))`;
  await clickhouse.client.command({
    query: `INSERT INTO ${clickhouse.tables.writes('record_versions')} (dedupe_key, load, dataset, v_email) VALUES
${row('shared', 1)}, ${row(`own${load}`, 2)}`,
  });
};

const select = async <T>(query: string): Promise<T[]> =>
  (await clickhouse.client.query({ query, format: 'JSONEachRow' })).json<T>();

test('a load that is moved into the base says there what it said, however often it is moved', async () => {
  await insert(1);
  await insert(2);
  const records = () => select('SELECT dedupe_key, email FROM record_versions FINAL ORDER BY dedupe_key');
  const before = await records();
  expect(before).toHaveLength(3);
  for (const load of [2, 1, 1]) {
    await loader.sealLoad(load, signal);
    expect(await records()).toEqual(before);
  }
  for (const table of ['record_versions', 'record_lookups']) {
    expect(await select(`SELECT DISTINCT load FROM ${table}`)).toEqual([{ load: 0 }]);
  }
});

test('a load that is dropped leaves the others and the base as they are', async () => {
  await insert(3);
  await loader.dropLoad(3, signal);
  for (const table of ['record_versions', 'record_lookups']) {
    expect(await select(`SELECT DISTINCT load FROM ${table}`)).toEqual([{ load: 0 }]);
  }
  await expect(loader.dropLoad(0, signal)).rejects.toMatchObject({ code: 'internal' });
});

test('what a job rejected is forgotten, and may come again', async () => {
  const jobs = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;
  const where = { line: 2, byte_offset: 6, column: null };
  const reject = { ...where, code: 'no_identifier', reason: 'nobody', raw: ',' } as const;
  const insertRejects = (jobId: string, token: string) =>
    loader.insertRejects({ jobId, source: 'inbox://a.csv', rejects: [reject], createdMs: 1, token }, signal);
  const rejected = async (): Promise<string[]> =>
    (await select<{ id: string }>('SELECT toString(job_id) AS id FROM ingest_rejects FINAL ORDER BY id')).map(
      ({ id }) => id,
    );
  for (const job of jobs) await insertRejects(job, `${job}:1`);
  await loader.dropRejects(jobs[0], signal);
  expect(await rejected()).toEqual([jobs[1]]);
  await insertRejects(jobs[0], `${jobs[0]}:2`);
  expect(await rejected()).toEqual(jobs);
});

describe('an insert of blocks', () => {
  const KEY = 'k'.repeat(16);
  const load = Buffer.from([9, 0, 0, 0]);
  const block = (key: string, column: string, value: string): Uint8Array =>
    Buffer.concat(
      toBlock(1, [
        { name: 'dedupe_key', type: 'FixedString(16)', parts: [Buffer.from(key)] },
        { name: 'load', type: 'UInt32', parts: [load] },
        { name: column, type: 'String', parts: [text(`\0\0\0\x09\0\0\0\x01${value}`)] },
      ]),
    );
  const columns = ['dedupe_key', 'load', 'v_email', 'v_city'];
  const loaded = () =>
    select('SELECT email, city FROM record_versions FINAL WHERE load = 9 ORDER BY dedupe_key');
  async function* sending(...blocks: readonly (Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
    for (const each of blocks) {
      if (each instanceof Error) throw each;
      yield await Promise.resolve(each);
    }
  }
  afterEach(() => loader.dropLoad(9, signal));

  test('may have other columns in each of them', async () => {
    const blocks = sending(block(KEY, 'v_email', 'a@example.com'), block('l'.repeat(16), 'v_city', 'Berlin'));
    await loader.insertRecords({ blocks, columns }, signal);
    expect(await loaded()).toEqual([
      { email: 'a@example.com', city: '' },
      { email: '', city: 'Berlin' },
    ]);
  });

  test('is refused when a block has a column that was not named', async () => {
    const blocks = sending(block(KEY, 'v_company', 'Acme'));
    await expect(loader.insertRecords({ blocks, columns }, signal)).rejects.toMatchObject({
      code: 'internal',
    });
    expect(await loaded()).toEqual([]);
  });

  test('that breaks off inserts nothing, and the connection serves the next', async () => {
    const sent = block(KEY, 'v_email', 'a@example.com');
    const breaking = loader.insertRecords({ blocks: sending(sent, new Error('gone')), columns }, signal);
    await expect(breaking).rejects.toBeInstanceOf(Error);
    expect(await loaded()).toEqual([]);
    await loader.insertRecords({ blocks: sending(sent), columns }, signal);
    expect(await loaded()).toHaveLength(1);
  });

  test('that was done already does nothing', async () => {
    const blocks = () => sending(block(KEY, 'v_email', 'a@example.com'));
    await loader.insertRecords({ blocks: blocks(), columns }, signal);
    await loader.insertRecords({ blocks: blocks(), columns }, signal);
    expect(await select('SELECT count() AS rows FROM record_versions WHERE load = 9')).toEqual([{ rows: 1 }]);
  });

  test('that failed between the records and their index is whole once it is repeated', async () => {
    const insert = () =>
      loader.insertRecords({ blocks: sending(block(KEY, 'v_email', 'a@example.com')), columns }, signal);
    const stored = () =>
      select(`SELECT count() AS records,
        (SELECT count() FROM record_lookups WHERE load = 9 AND kind = 'email') AS entries
        FROM record_versions WHERE load = 9`);
    const index = (change: string) =>
      clickhouse.client.command({
        query: `ALTER TABLE ${clickhouse.tables.stored('record_lookups')} ${change}`,
      });
    await index('ADD CONSTRAINT refusing CHECK load != 9');
    await expect(insert()).rejects.toBeInstanceOf(Error);
    await index('DROP CONSTRAINT refusing');
    expect(await stored()).toEqual([{ records: 1, entries: 0 }]);
    await insert();
    expect(await stored()).toEqual([{ records: 1, entries: 1 }]);
  });
});
