import { type DueErasure, type Erasure, parseApiKey, ROUTES } from '@bigdata/models';
import { createLogger, NO_TRACING, Secret } from '@bigdata/platform';
import { createQueueWorker, type QueueWorker } from '@bigdata/queue';
import { eventually, testServers } from '@bigdata/testing';
import { flushRedis } from '../test-support/flush-redis';
import { ADMIN, GATEWAY, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';

/** A logical database of its own, whose queue no other test empties. */
const REDIS_URL = `${testServers().redisUrl}/12`;
const COUNTS = { records: 1, record_versions: 2, rejects: 0 };

let database: TestDatabase;
let app: RunningApp;
const workers: QueueWorker[] = [];

beforeAll(async () => {
  await flushRedis(REDIS_URL);
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL, ERASURE_TIMEOUT_S: '2' });
  await eventually(() => app.app.checks['queue']?.());
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close();
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const ask = (body: object) => app.as(ADMIN)(ROUTES.createErasure, { body });
const read = async (id: string) => (await app.as(ADMIN)(ROUTES.readErasure, { params: { id } })).body;
const claim = async (id: string) =>
  (await app.as(GATEWAY)(ROUTES.claimErasure, { params: { id } })).body.erasure;
const suppress = (id: string, counts: object = COUNTS) =>
  app.as(GATEWAY)(ROUTES.suppressErasure, { params: { id }, body: counts });
const listed = async (after = 0) => (await app.as(GATEWAY)(ROUTES.listErased, { body: { after } })).body;
const toDelete = async () => (await app.as(GATEWAY)(ROUTES.claimDeletion)).body.erasures;

/** An ingest worker that hides at once and finds nothing. */
function hideAtOnce(seen: DueErasure[] = []): void {
  workers.push(
    createQueueWorker({
      name: 'suppress',
      tracing: NO_TRACING,
      redisUrl: new Secret(REDIS_URL),
      logger: createLogger({ service: 'test', level: 'error', format: 'json' }),
      handler: async ({ erasureId }) => {
        const erasure = await claim(erasureId);
        if (erasure !== null) seen.push(erasure);
        await suppress(erasureId);
      },
    }),
  );
}

test('a key comes with no mark while an erasure is under way, and with another one ever after', async () => {
  const { keyId } = parseApiKey(app.adminKey)!;
  const mark = async () =>
    (await app.as(GATEWAY)(ROUTES.resolveKey, { body: { key_id: keyId } })).body.key?.erasure_mark;
  const before = await eventually(async () => {
    const found = await mark();
    expect(typeof found).toBe('string');
    return found;
  });
  const asked = ask({ email: 'marked@example.com' });
  const { id } = await eventually(async () => {
    const [erasure] = (await app.as(ADMIN)(ROUTES.listErasures)).body.data;
    expect(erasure).toBeDefined();
    return erasure!;
  });
  expect(await mark()).toBeNull();
  await suppress(id);
  expect((await asked).status).toBe(202);
  const suppressed = await mark();
  await app.as(GATEWAY)(ROUTES.finishDeletion, { body: { ids: [id] } });
  const deleted = await mark();
  for (const after of [suppressed, deleted]) expect([before, null]).not.toContain(after);
});

test('answers when the person is hidden, and a worker has heard the normalised identifier', async () => {
  const seen: DueErasure[] = [];
  hideAtOnce(seen);
  const erasures: Erasure[] = [];
  for (const body of [
    { email: ' Jane.Doe+shop@Gmail.com ', reason: 'ticket 17' },
    { phone: '(415) 555-0132', country: 'us' },
    { record_id: 'ABCDEF00112233445566778899AABBCC' },
  ]) {
    const { status, body: erasure } = await ask(body);
    expect(status).toBe(202);
    erasures.push(erasure);
  }
  expect(seen.map(({ subject }) => subject)).toEqual([
    { kind: 'email', value: 'janedoe@gmail.com' },
    { kind: 'phone', value: '+14155550132' },
    { kind: 'record_id', value: 'abcdef00112233445566778899aabbcc' },
  ]);
  expect(erasures[0]).toMatchObject({ state: 'suppressed', counts: COUNTS, reason: 'ticket 17' });
  expect(erasures.every(({ deleted_at }) => deleted_at === null)).toBe(true);
  expect(await read(erasures[1]!.id)).toEqual(erasures[1]);
  const { data } = (await app.as(ADMIN)(ROUTES.listErasures, { query: { limit: 3 } })).body;
  expect(data.map(({ id }) => id)).toEqual(erasures.map(({ id }) => id).reverse());
});

test('one who asks again before the deletion gets the same erasure, after it a new one', async () => {
  hideAtOnce();
  const first = (await ask({ email: 'twice@example.com' })).body;
  expect((await ask({ email: 'TWICE@example.com' })).body.id).toBe(first.id);
  const due = await toDelete();
  expect(due.find(({ id }) => id === first.id)?.subject.value).toBe('twice@example.com');
  await app.as(GATEWAY)(ROUTES.finishDeletion, { body: { ids: due.map(({ id }) => id) } });
  expect(await toDelete()).toEqual([]);
  const deleted = await read(first.id);
  expect(deleted).toMatchObject({ state: 'deleted', subject: first.subject });
  expect(deleted.deleted_at).not.toBeNull();
  const again = (await ask({ email: 'twice@example.com' })).body;
  expect(again.id).not.toBe(first.id);
  expect(again.subject).toEqual(first.subject);
});

test('loads hear of it at once, of records that were found too, each once and in order', async () => {
  const before = await listed();
  expect(await listed(before.last)).toMatchObject({ hashes: [], last: before.last, has_more: false });
  const asked = ask({ email: 'listed@example.com' });
  const first = await eventually(async () => {
    const list = await listed(before.last);
    expect(list.hashes).toHaveLength(1);
    return list;
  });
  expect((await asked).outcome).toEqual([503, 'unavailable']);
  const [erasure] = (await app.as(ADMIN)(ROUTES.listErasures, { query: { limit: 1 } })).body.data;
  const record_ids = ['0'.repeat(32), '1'.repeat(32), '0'.repeat(32)];
  for (let time = 0; time < 2; time += 1) {
    const added = await app.as(GATEWAY)(ROUTES.addErasedRecords, {
      params: { id: erasure!.id },
      body: { record_ids },
    });
    expect(added.status).toBe(200);
  }
  expect((await listed(first.last)).hashes).toHaveLength(2);
  expect((await listed()).hashes).toHaveLength(before.hashes.length + 3);
});

test('what no worker has hidden in time is not acknowledged, and is carried out when one comes', async () => {
  const answer = await ask({ phone: '+4930123456' });
  expect(answer.outcome).toEqual([503, 'unavailable']);
  expect(answer.headers.get('retry-after')).toBe('10');
  const { data } = (await app.as(ADMIN)(ROUTES.listErasures, { query: { limit: 1 } })).body;
  expect(data[0]).toMatchObject({ state: 'requested', counts: null, suppressed_at: null });
  hideAtOnce();
  await eventually(async () => expect((await read(data[0]!.id)).state).toBe('suppressed'));
  expect((await ask({ phone: '+49 30 123456' })).body.id).toBe(data[0]!.id);
});

test('what a worker says twice counts once', async () => {
  const answer = await ask({ email: 'repeated@example.com' });
  expect(answer.status).toBe(503);
  const [erasure] = (await app.as(ADMIN)(ROUTES.listErasures, { query: { limit: 1 } })).body.data;
  await suppress(erasure!.id, { records: 3, record_versions: 4, rejects: 5 });
  const first = await read(erasure!.id);
  await suppress(erasure!.id, { records: 0, record_versions: 0, rejects: 0 });
  expect(await read(erasure!.id)).toEqual(first);
  expect(first.counts).toEqual({ records: 3, record_versions: 4, rejects: 5 });
  expect(await claim(erasure!.id)).toBeNull();
});

test('refuses what names nobody, without repeating it', async () => {
  for (const body of [
    {},
    { email: 'a@example.com', phone: '+14155550132' },
    { email: 'secret-person' },
    { phone: '555-0132' },
    { phone: '+14155550132', country: 'QQ' },
    { record_id: 'abc' },
  ]) {
    const answer = await ask(body);
    expect(answer.outcome).toEqual([422, 'invalid_request']);
    expect(JSON.stringify(answer.json)).not.toMatch(/secret-person|0132/);
  }
  const id = '0198c0de-0000-7000-8000-000000000001';
  expect((await app.as(ADMIN)(ROUTES.readErasure, { params: { id } })).outcome).toEqual([404, 'not_found']);
  expect((await suppress(id)).outcome).toEqual([404, 'not_found']);
});

test('no table and no log line holds the identifier, though everything can be resumed from the tables', async () => {
  hideAtOnce();
  const email = 'canary.of.the.erasures@example.com';
  const { id } = (await ask({ email })).body;
  const tables = ['erasures', 'erased_identifiers', 'audit_log'] as const;
  for (const table of tables) {
    const rows = await database.db.selectFrom(table).selectAll().execute();
    const text = rows
      .flatMap((row) => Object.values(row) as unknown[])
      .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))
      .join('\n');
    expect(text).not.toContain('canary');
  }
  expect(JSON.stringify(app.logLines)).not.toContain('canary');
  const audit = await database.db
    .selectFrom('audit_log')
    .selectAll()
    .where('target', '=', `erasure:${id}`)
    .execute();
  expect(audit).toMatchObject([{ action: 'erasure.create', actor: ADMIN.userId, before: null }]);
});
