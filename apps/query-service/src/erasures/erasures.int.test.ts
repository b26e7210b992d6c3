/** Rows whose keys are among those to be deleted are in no answer, though they are still stored. */
import { queryAnswerSchema } from '@bigdata/models';
import { createClickHouseDatabase, eventually, freePort } from '@bigdata/testing';
import { insertRows, jobIdOf, recordIdOf, SEEN_AT } from '../testing/stored-row';
import { startTestService, type TestService } from '../testing/test-service';

const JANE = 'jane-00000000001';
const JOHN = 'john-00000000001';
const JOB = jobIdOf(1);
const ERASURE = '0198c0de-0000-7000-8000-00000000e4a5';

let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const created = await createClickHouseDatabase();
  drop = created.drop;
  service = await startTestService({
    clickhouseUrl: created.url,
    database: created.database,
    cluster: created.cluster,
    port: await freePort(),
  });
  // Two loads tell of Jane, so that her record is merged only when it is read.
  for (const load of [1, 2]) {
    await insertRows(service.clickhouse, [
      { key: JANE, load, email: 'jane@example.com', full_name: 'Jane Doe', country: 'US' },
      { key: JOHN, load, email: 'john@example.com', full_name: 'John Roe', country: 'US' },
    ]);
  }
  await service.clickhouse.client.insert({
    table: 'ingest_rejects',
    format: 'JSONEachRow',
    values: ['jane@example.com', 'john@example.com'].map((raw, index) => ({
      ...{ job_id: JOB, source: 'inbox://people.csv', line: index + 2, byte_offset: index * 10 },
      ...{ column: null, code: 'too_many_columns', reason: 'too many', raw, created_at: SEEN_AT },
    })),
  });
});
afterAll(async () => {
  await service.stop();
  await drop();
});

/** What the service tells of Jane, by every way that leads to her. */
async function tellsOf() {
  const us = { field: 'country', op: 'eq', value: 'US' };
  const answers = await Promise.all(
    [
      { where: { field: 'email', op: 'eq', value: 'jane@example.com' } },
      { where: { field: 'record_id', op: 'eq', value: recordIdOf(JANE) } },
      { where: us, count: 'exact' },
    ].map((body) => service.query(body)),
  );
  const [byEmail, byId, all] = answers.map(({ body }) => queryAnswerSchema.parse(body));
  const csv = await service.openRejects(JOB, 'text/csv');
  const rejects = await service.rejects(JOB, '', 'admin');
  return {
    byEmail: byEmail!.data.length,
    byId: byId!.data.length,
    all: all!.data.map(({ email }) => email).sort(),
    count: all!.count?.value,
    rejects: JSON.stringify(rejects.body).includes('jane@'),
    csv: (await csv.text()).includes('jane@'),
  };
}

test('a record and a reject are in no answer from a second after their keys are stored', async () => {
  expect(await tellsOf()).toEqual({
    ...{ byEmail: 1, byId: 1, all: ['jane@example.com', 'john@example.com'], count: 2 },
    ...{ rejects: true, csv: true },
  });
  const { client } = service.clickhouse;
  await client.command({
    query: 'INSERT INTO erasing_rejects SELECT {erasure:UUID}, {job:UUID}, 0',
    query_params: { erasure: ERASURE, job: JOB },
  });
  await client.command({
    query: 'INSERT INTO erasing_records SELECT {erasure:UUID}, {key:String}',
    query_params: { erasure: ERASURE, key: JANE },
  });
  await eventually(async () => {
    expect(await tellsOf()).toEqual({
      ...{ byEmail: 0, byId: 0, all: ['john@example.com'], count: 1 },
      ...{ rejects: false, csv: false },
    });
  });
  const stored = await client.query({
    query: 'SELECT count() AS rows FROM record_versions WHERE dedupe_key = {key:String}',
    query_params: { key: JANE },
    format: 'JSONEachRow',
  });
  expect(await stored.json()).toEqual([{ rows: 2 }]);
});
