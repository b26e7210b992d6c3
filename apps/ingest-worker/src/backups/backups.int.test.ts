/** Backups and restores over a real ClickHouse. */
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateUp, openClickHouse } from '@bigdata/clickhouse';
import { type ErasureSubject, MANIFEST_FILE, type RestoreFacts } from '@bigdata/models';
import { IdentifierHash } from '@bigdata/normalization';
import { Secret } from '@bigdata/platform';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import { createErasureStore } from '../erasures/erasure-store';
import { createClickHouseLoader } from '../load/clickhouse-loader';
import { createIngestBench, openTestTables } from '../test-support/ingest-bench';
import { startTestS3 } from '../test-support/test-s3';
import { type BackupLocation, type BackupStoreAccess } from './backup-location';
import { createBackupStore } from './backup-store';
import { restoreRecords } from './restore-records';
import { saveRecords } from './save-records';

jest.setTimeout(120_000);

const { signal } = new AbortController();
const access: BackupStoreAccess = { endpoint: null, region: 'us-east-1', credentials: null };
const KEYS = { email: '01'.repeat(16), phone: '02'.repeat(16), record_id: '0f1e'.repeat(8) };

let source: ClickHouseTestDatabase;
let root: string;
let folder: string;
let location: BackupLocation;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'backups-'));
  folder = path.join(root, 'clickhouse');
  source = await createClickHouseDatabase();
  const { clickhouse, loader, select } = await openTestTables(source);
  const bench = createIngestBench(loader);
  const PEOPLE = 'email,phone,full_name,city\n';
  for (const [name, rows] of [
    ['first.csv', 'Jane.Doe@Gmail.com,(415) 555-0132,Jane Doe,Reno\njohn@example.com,,John Roe,Reno\n'],
    [
      'second.csv',
      'kim@example.com,,Kim Poe,Boise\nlee@example.com,(415) 555-0177,Lee,Boise\n,,,,x@example.com\n',
    ],
    ['unknown.csv', 'later@example.com,,Later,Elko\n'],
  ] as const) {
    const job = bench.addJob(name, `${PEOPLE}${rows}`, { country: 'US' });
    await bench.run(job);
    expect(job.state).toBe('succeeded');
  }
  const [disk] = await select<{ path: string }>("SELECT path FROM system.disks WHERE name = 'default'");
  location = { kind: 'file', path: path.join(disk?.path ?? '', 'backups') };
  const store = createBackupStore(clickhouse);
  await saveRecords({ store, database: source.database, location, access, folder }, signal);
  bench.close();
  await clickhouse.close();
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
afterAll(async () => {
  await source.drop();
  await rm(root, { recursive: true });
});

const hashOf = ({ kind, value }: ErasureSubject): string =>
  new IdentifierHash(Buffer.from(KEYS[kind], 'hex')).hex(
    Buffer.from(value, kind === 'record_id' ? 'hex' : 'utf8'),
  );

const factsOf = (
  facts: Partial<RestoreFacts> & { erase?: readonly ErasureSubject[] } = {},
): RestoreFacts => ({
  loads: facts.loads ?? [1, 2, 3],
  erased: { keys: KEYS, hashes: (facts.erase ?? []).map(hashOf) },
  erased_since: facts.erased_since ?? false,
});

async function emptyDatabase(from = { location, access, folder }) {
  const database = await createClickHouseDatabase();
  const clickhouse = openClickHouse({
    ...{
      url: new Secret(database.url),
      database: database.database,
      cluster: database.cluster,
      application: 'test',
    },
    ...{ requestTimeoutMs: 60_000, connectionsMax: 4 },
  });
  endings.push(async () => {
    await clickhouse.close();
    await database.drop();
  });
  const restore = (facts: RestoreFacts, replace = false) =>
    restoreRecords(
      {
        store: createBackupStore(clickhouse),
        erasures: createErasureStore(clickhouse),
        loader: createClickHouseLoader(clickhouse),
        migrate: () => migrateUp(clickhouse),
        ...{ ...from, facts, replace },
      },
      signal,
    );
  const select = async <T>(query: string): Promise<T[]> =>
    (await clickhouse.client.query({ query, format: 'JSONEachRow' })).json<T>();
  const emails = async (): Promise<string[]> =>
    (await select<{ email: string }>('SELECT email FROM record_versions FINAL ORDER BY email')).map(
      ({ email }) => email,
    );
  return { clickhouse, restore, select, emails };
}

const ALL = [
  'jane.doe@gmail.com',
  'john@example.com',
  'kim@example.com',
  'later@example.com',
  'lee@example.com',
];

test('a database of another name holds what was saved, its index too, and takes inserts again', async () => {
  const { restore, select, emails, clickhouse } = await emptyDatabase();
  expect(await restore(factsOf())).toEqual({ loads: [1, 2, 3], last_load: 3, records_erased: 0 });
  expect(await emails()).toEqual(ALL);
  expect(await select('SELECT raw FROM ingest_rejects')).toEqual([{ raw: ',,,,x@example.com' }]);
  const entries = () => select("SELECT count() AS n FROM record_lookups WHERE kind = 'email'");
  expect(await entries()).toEqual([{ n: 5 }]);
  await clickhouse.client.command({
    query: `INSERT INTO ${clickhouse.tables.writes('record_versions')} (dedupe_key, load, v_email) VALUES ('k', 4, '12345678new@example.com')`,
  });
  expect(await entries()).toEqual([{ n: 6 }]);
});

test('loads that PostgreSQL does not know are taken out, with their part of the index', async () => {
  const { restore, select, emails } = await emptyDatabase();
  expect(await restore(factsOf({ loads: [1, 2] }))).toMatchObject({ loads: [1, 2], last_load: 3 });
  expect(await emails()).toEqual(ALL.filter((email) => !email.startsWith('later')));
  expect(await select('SELECT DISTINCT load FROM record_lookups ORDER BY load')).toEqual([
    { load: 1 },
    { load: 2 },
  ]);
});

test('nobody who was erased comes back, by address, by number or by record id', async () => {
  const { restore, select, emails } = await emptyDatabase();
  const [kim] = await (async () => {
    const first = await emptyDatabase();
    await first.restore(factsOf());
    return first.select<{ id: string }>(
      "SELECT lower(hex(dedupe_key)) AS id FROM record_versions WHERE email = 'kim@example.com'",
    );
  })();
  const erase = [
    // Loads hash the form that is compared.
    { kind: 'email', value: 'janedoe@gmail.com' },
    { kind: 'phone', value: '+14155550177' },
    { kind: 'record_id', value: kim?.id ?? '' },
  ] as const;
  // Thousands of others make no difference.
  const others = Array.from(
    { length: 10_500 },
    (_, at) => ({ kind: 'email', value: `n${at}@x.org` }) as const,
  );
  const facts = factsOf({ erase: [...others, ...erase], erased_since: true });
  expect(await restore(facts)).toMatchObject({ records_erased: 3 });
  expect(await emails()).toEqual(['john@example.com', 'later@example.com']);
  for (const table of ['record_versions', 'record_lookups']) {
    expect(await select(`SELECT uniqExact(dedupe_key) AS keys FROM ${table}`)).toEqual([{ keys: 2 }]);
  }
  expect(await select('SELECT code, raw FROM ingest_rejects')).toEqual([{ code: 'erased', raw: '' }]);
  expect(await select('SELECT 1 FROM erasing_records')).toEqual([]);
});

test('a database with rows in it is refused, and replaced only when that is asked for', async () => {
  const { restore, emails } = await emptyDatabase();
  await restore(factsOf({ loads: [1] }));
  await expect(restore(factsOf())).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining('record_versions') as unknown,
  });
  await restore(factsOf(), true);
  expect(await emails()).toEqual(ALL);
});

test('the folder of the backup holds all of it, and what is damaged is refused', async () => {
  const left = await readdir(location.path);
  expect(left.filter((name) => name.startsWith(source.database))).toEqual([]);
  const manifest = JSON.parse(await readFile(path.join(folder, MANIFEST_FILE), 'utf8')) as {
    files: { path: string }[];
  };
  const data = manifest.files.find((file) => file.path.endsWith('data.bin'))?.path ?? '';
  await appendFile(path.join(folder, data), 'x');
  const { restore } = await emptyDatabase();
  await expect(restore(factsOf())).rejects.toMatchObject({
    detail: expect.stringContaining(data) as unknown,
  });
});

const onDisk = (): Promise<Elsewhere> =>
  Promise.resolve({ location: { kind: 'disk', disk: 'backups', path: 'here' } });
const inS3 = async (): Promise<Elsewhere> => {
  // Where no region is named in the address, ClickHouse signs for this one.
  const s3 = await startTestS3({ region: 'us-east-1' });
  endings.push(() => s3.close());
  s3.put('bucket', 'other', Buffer.from(''));
  return {
    location: { kind: 's3', bucket: 'bucket', path: 'here' },
    access: {
      endpoint: s3.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: s3.key.id, secretAccessKey: new Secret(s3.key.secret) },
    },
  };
};
interface Elsewhere {
  readonly location: BackupLocation;
  readonly access?: BackupStoreAccess;
}

test.each([
  ['on a disk of ClickHouse', onDisk],
  ['in an S3 store', inS3],
])('a backup %s is brought back from there, its manifest alone lies in the folder', async (_, open) => {
  const { location: place, access: opened = access } = await open();
  const { clickhouse } = await openTestTables(source);
  endings.push(() => clickhouse.close());
  const elsewhere = path.join(root, `elsewhere-${place.kind}`);
  const manifest = await saveRecords(
    {
      store: createBackupStore(clickhouse),
      ...{ database: source.database, location: place, access: opened, folder: elsewhere },
    },
    signal,
  );
  expect(await readdir(elsewhere)).toEqual([MANIFEST_FILE]);
  expect(manifest).toMatchObject({ files: [], location: expect.stringContaining('here/') as unknown });
  const { restore, emails } = await emptyDatabase({ location: place, access: opened, folder: elsewhere });
  expect(await restore(factsOf())).toMatchObject({ loads: [1, 2, 3] });
  expect(await emails()).toEqual(ALL);
});
