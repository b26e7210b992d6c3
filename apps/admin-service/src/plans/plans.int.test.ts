/** Plans, from an admin's change to what the gateway learns of a key. */
import { randomUUID } from 'node:crypto';
import { type AccountTerms, ROUTES } from '@bigdata/models';
import { testServers } from '@bigdata/testing';
import { aCaller, ADMIN, type Calls, GATEWAY, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';

let database: TestDatabase;
let app: RunningApp;
let admin: Calls;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
  admin = app.as(ADMIN);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const put = (name: string, terms: AccountTerms | Record<string, unknown>) =>
  admin(ROUTES.putPlan, { params: { name }, body: { terms } });
const create = (body: object = {}) =>
  admin(ROUTES.createUser, { body: { username: `u-${randomUUID()}`, ...body } });
const update = (id: string, body: object) => admin(ROUTES.updateUser, { params: { id }, body });
const resolve = async (keyId: string) =>
  (await app.as(GATEWAY)(ROUTES.resolveKey, { body: { key_id: keyId } })).body.key;
const TERMS = {
  limits: { second: 5, minute: 60, day: 1_000 },
  in_flight_max: 3,
  query_limits: { rows_max: 50_000, timeout_ms: 2_000 },
  prices: { runQuery: { base: 2, per_record: 1 } },
};

test('a plan’s terms are its users’, who see them, and changing the plan changes them all', async () => {
  const plan = (await put('growth', TERMS)).body;
  expect(plan).toMatchObject({ name: 'growth', terms: TERMS, users: 0 });
  const { user, key } = (await create({ plan: 'growth' })).body;
  expect(user).toMatchObject({ plan: 'growth', terms: {}, in_flight_max: 3, prices: TERMS.prices });
  expect(user.limits.map(({ name, limit }) => [name, limit])).toEqual([
    ['second', 5],
    ['minute', 60],
    ['day', 1_000],
  ]);
  const me = (await app.as(aCaller('user', user.id))(ROUTES.readMe)).body;
  expect(me).toMatchObject({ plan: 'growth', limits: user.limits, in_flight_max: 3 });
  expect(await resolve(key.id)).toMatchObject({
    limits: user.limits,
    in_flight_max: 3,
    query_limits: { rows_max: 50_000, timeout_ms: 2_000, memory_bytes_max: null },
    prices: TERMS.prices,
  });
  await put('growth', { limits: { minute: 90 } });
  expect(await resolve(key.id)).toMatchObject({
    limits: [{ name: 'minute', limit: 90 }],
    in_flight_max: null,
    query_limits: null,
    prices: null,
  });
  expect((await admin(ROUTES.readPlan, { params: { name: 'growth' } })).body.users).toBe(1);
});

test('a user’s own terms go before the plan’s, until they are taken back', async () => {
  await put('base', TERMS);
  const { user } = (await create({ plan: 'base', terms: { in_flight_max: null }, requests_per_minute: 7 }))
    .body;
  expect(user.terms).toEqual({ in_flight_max: null, limits: { minute: 7 } });
  expect([user.in_flight_max, user.limits[1]?.limit]).toEqual([null, 7]);
  const changed = (await update(user.id, { terms: { limits: { day: null } } })).body.user;
  expect([changed.in_flight_max, changed.limits.map(({ limit }) => limit)]).toEqual([3, [5, 60]]);
  const without = (await update(user.id, { plan: null })).body.user;
  expect(without).toMatchObject({ plan: null, limits: [{ name: 'minute', limit: 600 }], prices: null });
  const back = (await update(user.id, { plan: 'base', terms: {} })).body.user;
  expect(back.limits).toHaveLength(3);
  expect((await admin(ROUTES.readUser, { params: { id: user.id } })).body.user).toEqual(back);
});

test('a plan that users are on is not deleted, one without users is', async () => {
  await put('leaving', {});
  const { user } = (await create({ plan: 'leaving' })).body;
  const remove = () => admin(ROUTES.deletePlan, { params: { name: 'leaving' } });
  expect((await remove()).outcome).toEqual([409, 'conflict']);
  await update(user.id, { plan: null });
  expect((await remove()).body).toMatchObject({ name: 'leaving', users: 0 });
  expect((await remove()).outcome).toEqual([404, 'not_found']);
  const { errors } = (await update(user.id, { plan: 'leaving' })).problem;
  expect(errors).toMatchObject([{ pointer: '#/plan' }]);
  expect((await create({ plan: 'leaving' })).outcome).toEqual([422, 'invalid_request']);
});

test('a plan that is deleted while users come to it ends up with its users or without them, never half', async () => {
  for (let round = 0; round < 5; round += 1) {
    const name = `contested-${round}`;
    await put(name, {});
    const [created, removed] = await Promise.all([
      create({ plan: name }),
      admin(ROUTES.deletePlan, { params: { name } }),
    ]);
    expect([`${created.status} ${removed.status}`]).toEqual([
      expect.stringMatching(/^(?:201 409|422 200)$/) as unknown,
    ]);
  }
});

test('prices are of metered routes only', async () => {
  const refused = await put('odd', { prices: { runQuerry: { base: 1, per_record: 0 } } });
  expect(refused.outcome).toEqual([422, 'invalid_request']);
  expect(refused.problem.errors).toMatchObject([
    { pointer: '#/terms/prices/runQuerry', hint: 'did you mean runQuery' },
  ]);
  const { user } = (await create()).body;
  const free = { prices: { readMe: { base: 1, per_record: 0 } } };
  expect((await update(user.id, { terms: free })).outcome).toEqual([422, 'invalid_request']);
  expect((await create({ terms: free })).outcome).toEqual([422, 'invalid_request']);
});

test.each([
  ['no limit a minute', { limits: { minute: null } }],
  ['a limit of nothing', { limits: { day: 0 } }],
  ['a negative price', { prices: { runQuery: { base: -1, per_record: 0 } } }],
  ['an unknown member', { limit: { minute: 5 } }],
])('%s is no term', async (_what, terms) => {
  expect((await put('odd', terms)).outcome).toEqual([422, 'invalid_request']);
});

test('no plan is called none, nor by anything that is no name', async () => {
  for (const name of ['none', 'Growth', '-a']) {
    expect((await put(name, {})).outcome).toEqual([422, 'invalid_request']);
  }
});

test('plans are listed newest first, page by page', async () => {
  for (const name of ['page-1', 'page-2', 'page-3']) await put(name, {});
  const first = (await admin(ROUTES.listPlans, { query: { limit: 2 } })).body;
  expect(first.data.map(({ name }) => name)).toEqual(['page-3', 'page-2']);
  const query = { limit: 1, cursor: first.page.next_cursor ?? '' };
  expect((await admin(ROUTES.listPlans, { query })).body.data.map(({ name }) => name)).toEqual(['page-1']);
});
