import { randomUUID } from 'node:crypto';
import { PUBLIC_ROUTES, type RouteContract, ROUTES } from '@bigdata/models';
import { eventually, testServers } from '@bigdata/testing';
import { ingestCalls, type IngestCalls } from '../test-support/ingest-calls';
import {
  aCaller,
  ADMIN,
  type CallOptions,
  type Calls,
  GATEWAY,
  runApp,
  type RunningApp,
} from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';

let database: TestDatabase;
let app: RunningApp;
let admin: Calls;
let jobs: IngestCalls;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
  admin = app.as(ADMIN);
  jobs = ingestCalls(app, database.db);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const aName = (): string => `u-${randomUUID()}`;
const newUser = async () => (await admin(ROUTES.createUser, { body: { username: aName() } })).body;
const list = async (query: Record<string, string | number>) =>
  (await admin(ROUTES.listAudit, { query })).body;

/** Reads for which a body says what to read: they change nothing. */
const READS_BY_POST: readonly string[] = ['analyzeFile'];

const MUTATING = PUBLIC_ROUTES.filter(
  ({ id, service, method }) => service === 'admin-service' && method !== 'GET' && !READS_BY_POST.includes(id),
);

/** A call that succeeds, for each route that changes something. */
const CALLS: Readonly<Record<string, () => Promise<CallOptions<RouteContract>>>> = {
  createUser: () => Promise.resolve({ body: { username: aName(), credits: 5 } }),
  updateUser: async () => ({ params: { id: (await newUser()).user.id }, body: { disabled: true } }),
  putPlan: () => Promise.resolve({ params: { name: 'audited' }, body: { terms: { limits: { minute: 9 } } } }),
  deletePlan: async () => {
    const params = { name: 'to-delete' };
    await admin(ROUTES.putPlan, { params, body: { terms: {} } });
    return { params };
  },
  issueKey: async () => ({ params: { id: (await newUser()).user.id }, body: {} }),
  revokeKey: async () => {
    const { user, key } = await newUser();
    return { params: { id: user.id, key_id: key.id } };
  },
  rotateKey: async () => {
    const { user, key } = await newUser();
    return { params: { id: user.id, key_id: key.id }, body: {} };
  },
  grantCredits: async () => ({
    params: { id: (await newUser()).user.id },
    body: { amount: 5, reason: 'a test' },
  }),
  reverseEntry: async () => {
    const params = { id: (await newUser()).user.id };
    const { entry } = (await admin(ROUTES.grantCredits, { params, body: { amount: 5, reason: 'a test' } }))
      .body;
    return { params: { ...params, entry_id: entry.id }, body: { reason: 'a test' } };
  },
  uploadFile: () => Promise.resolve({ params: { name: 'audited.csv' }, body: 'a,b\n1,2\n' }),
  createJob: () => Promise.resolve({ body: { source: 'inbox://audited.csv', dataset: 'audited' } }),
  cancelJob: async () => ({ params: { id: await jobs.newJob() } }),
  retryJob: async () => ({ params: { id: await jobs.failedJob() } }),
  // Of a job that loaded nothing: there is no worker to wait for.
  undoJob: async () => {
    const id = await jobs.newJob();
    await jobs.cancel(id);
    return { params: { id } };
  },
  putDataset: () => Promise.resolve({ params: { name: 'of-policy' }, body: { key_policy: ['email'] } }),
  // Asked for twice, so that somebody else has waited for the worker that there is none of.
  createErasure: async () => {
    const body = { email: 'audited@example.com' };
    const first = admin(ROUTES.createErasure, { body });
    const id = await eventually(async () => {
      const [erasure] = (await admin(ROUTES.listErasures)).body.data;
      if (!erasure) throw new Error('it is not recorded yet');
      return erasure.id;
    });
    const counts = { records: 0, record_versions: 0, rejects: 0 };
    await app.as(GATEWAY)(ROUTES.suppressErasure, { params: { id }, body: counts });
    await first;
    return { body };
  },
};

test.each(MUTATING)(
  '$method $path leaves one entry, with its author, its request and the change',
  async (contract) => {
    const prepare = CALLS[contract.id];
    if (!prepare) throw new Error(`say in CALLS how ${contract.id} is called`);
    const call = await prepare();
    const actor = randomUUID();
    const requestId = `request-${randomUUID()}`;
    const answer = await app.as(aCaller('admin', actor))(contract, {
      ...call,
      headers: { 'x-request-id': requestId },
    });
    expect(answer.status).toBe(contract.status);
    const { data } = await list({ actor });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ actor, request_id: requestId });
    expect(data[0]?.before ?? data[0]?.after).not.toBeNull();
    expect(data[0]?.before).not.toEqual(data[0]?.after);
  },
);

test('what is refused leaves no entry', async () => {
  const { user } = await newUser();
  const actor = randomUUID();
  const as = app.as(aCaller('admin', actor));
  expect((await as(ROUTES.createUser, { body: { username: user.username } })).status).toBe(409);
  expect(
    (await as(ROUTES.updateUser, { params: { id: randomUUID() }, body: { disabled: true } })).status,
  ).toBe(404);
  expect((await list({ actor })).data).toEqual([]);
});

test('entries come newest first, page by page, and each filter keeps what matches it', async () => {
  const { user, key } = await newUser();
  const actor = randomUUID();
  const as = app.as(aCaller('admin', actor));
  const params = { id: user.id };
  await as(ROUTES.updateUser, { params, body: { disabled: true } });
  await as(ROUTES.updateUser, { params, body: { disabled: false } });
  await as(ROUTES.issueKey, { params, body: {} });
  await as(ROUTES.revokeKey, { params: { ...params, key_id: key.id } });
  const actions = async (query: Record<string, string | number>) =>
    (await list({ actor, ...query })).data.map(({ action }) => action);
  expect(await actions({})).toEqual(['key.revoke', 'key.issue', 'user.update', 'user.update']);
  expect(await actions({ action: 'key' })).toEqual(['key.revoke', 'key.issue']);
  expect(await actions({ action: 'key.issue' })).toEqual(['key.issue']);
  expect(await actions({ action: 'ke' })).toEqual([]);
  expect(await actions({ target: `key:${key.id}` })).toEqual(['key.revoke']);
  const all = (await list({ actor })).data;
  const { created_at } = all[0]!;
  expect(await actions({ to: created_at })).not.toContain('key.revoke');
  expect(await actions({ from: created_at })).toContain('key.revoke');
  const first = await list({ actor, limit: 3 });
  const rest = await list({ actor, limit: 3, cursor: first.page.next_cursor ?? '' });
  expect([...first.data, ...rest.data]).toEqual(all);
  expect(rest.page).toMatchObject({ has_more: false, next_cursor: null });
  expect(all[2]).toMatchObject({ before: { disabled: true }, after: { disabled: false } });
});

test('is for administrators alone', async () => {
  expect((await app.as(aCaller('user'))(ROUTES.listAudit)).outcome).toEqual([403, 'forbidden']);
});
