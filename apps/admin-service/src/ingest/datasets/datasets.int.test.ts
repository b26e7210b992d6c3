import { ROUTES } from '@bigdata/models';
import { testServers } from '@bigdata/testing';
import { ingestCalls, type IngestCalls } from '../../test-support/ingest-calls';
import { ADMIN, runApp, type RunningApp } from '../../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database';

let database: TestDatabase;
let app: RunningApp;
let calls: IngestCalls;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
  calls = ingestCalls(app, database.db);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const put = (name: string, key_policy: unknown) =>
  app.as(ADMIN)(ROUTES.putDataset, { params: { name }, body: { key_policy } });
const read = (name: string) => app.as(ADMIN)(ROUTES.readDataset, { params: { name } });

test('a key policy is set before the first load, told to every piece, and audited', async () => {
  expect((await read('people')).outcome).toEqual([404, 'not_found']);
  expect((await put('people', ['phone'])).body).toMatchObject({ name: 'people', key_policy: ['phone'] });
  expect((await put('people', ['email', 'phone'])).status).toBe(200);
  const id = await calls.newJob({ dataset: 'people' });
  expect((await calls.claimA('plan', id)).job.key_policy).toEqual(['email', 'phone']);
  const audited = await database.db
    .selectFrom('audit_log')
    .select(['action', 'before', 'after'])
    .where('target', '=', 'dataset:people')
    .orderBy('id')
    .execute();
  expect(audited).toEqual([
    { action: 'dataset.update', before: null, after: { key_policy: ['phone'] } },
    {
      action: 'dataset.update',
      before: { key_policy: ['phone'] },
      after: { key_policy: ['email', 'phone'] },
    },
  ]);
});

test('once a load is there the policy stays, and saying the same again is no mistake', async () => {
  const id = await calls.succeededJob({ dataset: 'loaded' });
  const refused = await put('loaded', ['email']);
  expect(refused.outcome).toEqual([409, 'conflict']);
  expect(refused.problem.detail).toContain(id);
  expect((await put('loaded', null)).status).toBe(200);
  expect((await put('waiting', ['email'])).status).toBe(200);
  await calls.newJob({ dataset: 'waiting' });
  expect((await put('waiting', ['phone'])).status).toBe(409);
});

test('a dataset whose loads came to nothing or were undone may get another policy', async () => {
  const failed = await calls.newJob({ dataset: 'emptied' });
  await calls.cancel(failed);
  const undone = await calls.succeededJob({ dataset: 'emptied' });
  await database.db
    .updateTable('ingest_jobs')
    .set({ undo_requested_at: new Date(), undone_at: new Date() })
    .where('id', '=', undone)
    .execute();
  expect((await put('emptied', ['phone'])).status).toBe(200);
});

test('a policy without rules compares whole rows', async () => {
  expect((await put('whole-rows', [])).status).toBe(200);
});

test.each([[['email', 'email']], [['shoe size']], [[1]], ['email']])(
  'the policy %j is refused',
  async (policy) => {
    expect((await put('refused', policy)).outcome).toEqual([422, 'invalid_request']);
  },
);

test('every dataset with a job or a policy is in the list, newest first', async () => {
  await calls.newJob({ dataset: 'list-1' });
  await put('list-2', ['email']);
  const { body } = await app.as(ADMIN)(ROUTES.listDatasets, { query: { limit: 2 } });
  expect(body.data.map(({ name, key_policy }) => [name, key_policy])).toEqual([
    ['list-2', ['email']],
    ['list-1', null],
  ]);
  expect(body.page.has_more).toBe(true);
});
