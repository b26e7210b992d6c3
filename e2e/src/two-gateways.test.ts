/** Two gateways over one admin-service and one Redis: who is let in no more, and what records cost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type QueryBody } from './support/api';
import { createExtraGateway, type ExtraGateway } from './support/gateway';
import { readLedger, sumOf } from './support/ledger';
import { load } from './support/loads';

/** What the contract promises; KEY_CACHE_MS is half of it. */
const STOPPED_AFTER_MS = 1_000;
const PEOPLE = 7;
const ASK_EVERY_MS = 10;
/** Keys that are refused on and on are no guessing here. */
const SETTINGS = { AUTH_FAILURES_PER_MINUTE: '1000000' };

jest.setTimeout(180_000);

describe('two gateways', () => {
  let stack: StackProcess;
  let folder: string;
  let other: ExtraGateway;
  let admin: Api;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    const home = path.join(folder, 'home');
    stack = await startStack({ home, env: SETTINGS });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    other = await createExtraGateway(home, 'other-gateway', SETTINGS);
    await other.start();
    const rows = Array.from({ length: PEOPLE }, (_, number) => `person${number}@example.com`);
    await load(admin, { name: 'people.csv', content: `email\n${rows.join('\n')}\n` }, { dataset: 'people' });
  });

  afterAll(async () => {
    await other.kill('SIGKILL');
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  const gateways = () => [stack.gatewayUrl, other.url];

  /**
   * Both gateways are asked on and on with the key. Every request tells when it began and how it was answered: one that
   * begins later than the bound allows is refused however slow the machine is.
   */
  async function askWhile(apiKey: string, change: () => Promise<unknown>): Promise<void> {
    const asked: { beganMs: number; status: number }[] = [];
    let stopped = false;
    const askers = gateways().map(async (url) => {
      const api = createApi(url, apiKey);
      while (!stopped) {
        const beganMs = performance.now();
        const { status } = await api.get('/v1/me');
        asked.push({ beganMs, status });
        await delay(ASK_EVERY_MS);
      }
    });
    try {
      await eventually(() => expect(asked.filter(({ status }) => status === 200).length).toBeGreaterThan(4));
      await change();
      const changedMs = performance.now();
      const late = await eventually(
        () => {
          const found = asked.filter(({ beganMs }) => beganMs > changedMs + STOPPED_AFTER_MS);
          expect(found.length).toBeGreaterThan(20);
          return found;
        },
        { timeoutMs: 30_000 },
      );
      expect(new Set(late.map(({ status }) => status))).toEqual(new Set([401]));
    } finally {
      stopped = true;
      await Promise.all(askers);
    }
  }

  const disable = (userId: string) =>
    admin.send('PATCH', `/v1/admin/users/${userId}`, {
      body: JSON.stringify({ disabled: true }),
      headers: { 'content-type': 'application/json' },
    });

  it('let a revoked key in no more within a second, both of them', async () => {
    const { id, keyId, apiKey } = await createUser(admin, 'revoked', 0, { limits: { minute: 1_000_000 } });
    await askWhile(apiKey, () => admin.send('DELETE', `/v1/admin/users/${id}/keys/${keyId}`));
  });

  it('let a disabled user in no more within a second, both of them', async () => {
    const { id, apiKey } = await createUser(admin, 'disabled', 0, { limits: { minute: 1_000_000 } });
    await askWhile(apiKey, () => disable(id));
  });

  it('need no Redis for that: the bound is the same while it is away', async () => {
    const { id, apiKey } = await createUser(admin, 'disabled-without-redis', 0, {
      limits: { minute: 1_000_000 },
    });
    await stack.kill('redis', 'SIGKILL');
    try {
      await askWhile(apiKey, () => disable(id));
    } finally {
      await stack.restart('redis');
    }
  });

  it('charge the base and each record of an answer, through the real services', async () => {
    const prices = { runQuery: { base: 2, per_record: 3 } };
    const user = await createUser(admin, 'by-the-record', 1_000, { prices });
    for (const url of gateways()) {
      const { status, headers, body } = await createApi(url, user.apiKey).post<QueryBody>('/v1/query', {
        where: { field: 'dataset', op: 'eq', value: 'people' },
        limit: 100,
      });
      expect([status, body.data.length]).toEqual([200, PEOPLE]);
      expect(headers.get('x-credits-charged')).toBe(String(2 + 3 * PEOPLE));
    }
    await eventually(async () => {
      expect(sumOf(await readLedger(admin, user.id))).toBe(1_000 - 2 * (2 + 3 * PEOPLE));
    });
  });

  it('charge nothing for statistics that did not change', async () => {
    const user = await createUser(admin, 'revalidating', 10);
    const api = createApi(stack.gatewayUrl, user.apiKey);
    const first = await api.get('/v1/stats');
    expect([first.status, first.headers.get('x-credits-charged')]).toEqual([200, '1']);
    const again = await fetch(new URL('/v1/stats', other.url), {
      headers: { 'x-api-key': user.apiKey, 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect([again.status, again.headers.get('x-credits-charged')]).toEqual([304, '0']);
    await eventually(async () => expect(sumOf(await readLedger(admin, user.id))).toBe(9));
  });
});
