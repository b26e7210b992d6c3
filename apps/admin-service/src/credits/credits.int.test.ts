import { randomUUID } from 'node:crypto';
import { CREDITS_MAX, ROUTES } from '@bigdata/models';
import { testServers } from '@bigdata/testing';
import { aCharge } from '../test-support/builders';
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

const newUser = async (credits = 0): Promise<string> =>
  (await admin(ROUTES.createUser, { body: { username: `u-${randomUUID()}`, credits } })).body.user.id;
const grant = (id: string, amount: number, key?: string, reason = 'invoice 17') =>
  admin(ROUTES.grantCredits, {
    params: { id },
    body: { amount, reason },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const ledgerOf = async (id: string) => (await admin(ROUTES.listCredits, { params: { id } })).body.data;

test('a charge is reserved, shows in the ledger, and is settled or given back', async () => {
  const id = await newUser(10);
  const [kept, returned] = [aCharge(id, 3), aCharge(id, 2)];
  const gateway = app.as(GATEWAY);
  expect((await gateway(ROUTES.reserveCharges, { body: { charges: [kept, returned] } })).body).toEqual({
    outcomes: [
      { charge_id: kept.charge_id, reserved: true, balance: 7 },
      { charge_id: returned.charge_id, reserved: true, balance: 5 },
    ],
  });
  const settlements = [
    { charge_id: kept.charge_id, action: 'settle' },
    { charge_id: returned.charge_id, action: 'release' },
  ];
  expect((await gateway(ROUTES.settleCharges, { body: { settlements } })).body).toEqual({ ok: true });
  const entries = await ledgerOf(id);
  expect(entries).toMatchObject([
    { kind: 'release', amount: 2, balance_after: 7, request_id: returned.request_id },
    { kind: 'charge', amount: -2, balance_after: 5, request_id: returned.request_id },
    { kind: 'charge', amount: -3, balance_after: 7, request_id: kept.request_id },
    { kind: 'grant', amount: 10, balance_after: 10, reason: 'opening balance' },
  ]);
  expect((await app.as(aCaller('user', id))(ROUTES.listMyCredits)).body.data).toEqual(entries);
  expect((await app.as(aCaller('user'))(ROUTES.listMyCredits)).body.data).toEqual([]);
});

test('a charge of which a part is kept gives the rest back in a row of its own, and the ledger adds up', async () => {
  const id = await newUser(1_000);
  const [records, nothing] = [aCharge(id, 205), aCharge(id, 100)];
  const gateway = app.as(GATEWAY);
  await gateway(ROUTES.reserveCharges, { body: { charges: [records, nothing] } });
  const settlements = [
    { charge_id: records.charge_id, action: 'settle', amount: 19 },
    { charge_id: nothing.charge_id, action: 'settle', amount: 0 },
  ];
  for (let time = 1; time <= 2; time += 1) {
    await gateway(ROUTES.settleCharges, { body: { settlements } });
    const entries = await ledgerOf(id);
    expect(new Set(entries.map(({ kind, amount, request_id }) => `${kind} ${amount} ${request_id}`))).toEqual(
      new Set([
        'grant 1000 null',
        `charge -205 ${records.request_id}`,
        `charge -100 ${nothing.request_id}`,
        `release 186 ${records.request_id}`,
        `release 100 ${nothing.request_id}`,
      ]),
    );
    expect(entries).toHaveLength(5);
    expect(entries[0]?.balance_after).toBe(981);
    expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(981);
  }
  const { credits } = (await app.as(aCaller('user', id))(ROUTES.readMe)).body;
  expect(credits).toEqual({ balance: 981, reserved: 0 });
});

test('settling what has ended the other way answers as always and leaves a warning', async () => {
  const id = await newUser(10);
  const charge = aCharge(id, 3);
  const gateway = app.as(GATEWAY);
  await gateway(ROUTES.reserveCharges, { body: { charges: [charge] } });
  for (const action of ['release', 'settle']) {
    const body = { settlements: [{ charge_id: charge.charge_id, action }] };
    expect((await gateway(ROUTES.settleCharges, { body })).status).toBe(200);
  }
  expect((await ledgerOf(id))[0]).toMatchObject({ kind: 'release', balance_after: 10 });
  expect(app.logLines).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      charges: [{ chargeId: charge.charge_id, state: 'given_back' }],
    }),
  );
});

describe('a grant', () => {
  test('is made once under one key, bare or quoted; anything else under the key is refused', async () => {
    const [id, stranger] = [await newUser(), await newUser()];
    const key = randomUUID();
    const first = await grant(id, 500, key);
    expect(first.body).toMatchObject({
      entry: { kind: 'grant', amount: 500, balance_after: 500 },
      balance: 500,
    });
    const again = await grant(id, 500, `"${key}"`);
    expect([again.status, again.body]).toEqual([201, first.body]);
    const others = [
      await grant(id, 501, key),
      await grant(id, 500, key, 'invoice 18'),
      await grant(stranger, 500, key),
    ];
    for (const { outcome } of others) expect(outcome).toEqual([422, 'idempotency_key_reused']);
    expect(await ledgerOf(id)).toHaveLength(1);
  });

  test('that is sent ten times at once under one key is made once', async () => {
    const id = await newUser();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => grant(id, 5, key)));
    expect(new Set(answers.map(({ body }) => body.entry.id)).size).toBe(1);
    expect(await ledgerOf(id)).toHaveLength(1);
  });

  test('that is sent under one key for two wallets at once is made for one of them', async () => {
    const [id, stranger] = [await newUser(), await newUser()];
    const key = randomUUID();
    const answers = await Promise.all([grant(id, 5, key), grant(stranger, 5, key)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  test('without a key is made as often as it is sent', async () => {
    const id = await newUser();
    await grant(id, 5);
    expect((await grant(id, 5)).body.balance).toBe(10);
  });

  test('downwards is an adjustment, and never goes below zero', async () => {
    const id = await newUser(10);
    const refused = await grant(id, -11);
    expect(refused.outcome).toEqual([409, 'conflict']);
    expect(refused.problem).toMatchObject({ balance: 10 });
    expect((await grant(id, -10)).body).toMatchObject({
      entry: { kind: 'adjustment', amount: -10 },
      balance: 0,
    });
  });

  test('never lifts a wallet above what JSON carries exactly, open reservations included', async () => {
    const id = await newUser(CREDITS_MAX);
    expect((await grant(id, 1)).outcome).toEqual([409, 'conflict']);
    const charge = aCharge(id, 5);
    await app.as(GATEWAY)(ROUTES.reserveCharges, { body: { charges: [charge] } });
    expect((await grant(id, 1)).outcome).toEqual([409, 'conflict']);
    const settlements = [{ charge_id: charge.charge_id, action: 'settle' }];
    await app.as(GATEWAY)(ROUTES.settleCharges, { body: { settlements } });
    expect((await grant(id, 5)).body.balance).toBe(CREDITS_MAX);
  });

  test('with a text that cannot be stored is refused as not valid', async () => {
    expect((await grant(await newUser(), 1, undefined, 'a\u0000b')).outcome).toEqual([
      422,
      'invalid_request',
    ]);
  });

  test('that expires says when; a time in the past, and one for a negative amount, are refused', async () => {
    const id = await newUser(10);
    const give = (amount: number, expires_at: string) =>
      admin(ROUTES.grantCredits, { params: { id }, body: { amount, reason: 'trial', expires_at } });
    const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString();
    const expiresAt = day(1);
    expect((await give(5, expiresAt)).body.entry).toMatchObject({ kind: 'grant', expires_at: expiresAt });
    for (const refused of [await give(5, day(-1)), await give(-5, day(1))]) {
      expect(refused.outcome).toEqual([422, 'invalid_request']);
      expect(refused.problem.errors).toMatchObject([{ pointer: '#/expires_at' }]);
    }
    expect(await ledgerOf(id)).toHaveLength(2);
  });
});

test('a reversal is an entry of its own, made once under one key', async () => {
  const id = await newUser();
  const { entry } = (await grant(id, 500)).body;
  const key = randomUUID();
  const reverse = () =>
    admin(ROUTES.reverseEntry, {
      params: { id, entry_id: entry.id },
      body: { reason: 'wrong account' },
      headers: { 'idempotency-key': key },
    });
  const first = await reverse();
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({
    entry: { kind: 'adjustment', amount: -500, reason: 'wrong account', refers_to: entry.id },
    balance: 0,
  });
  expect((await reverse()).body).toEqual(first.body);
  expect(await ledgerOf(id)).toHaveLength(2);
});
