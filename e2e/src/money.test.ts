/** Charges are exact while everything that makes them dies, over and over: gateways, admin-service, PostgreSQL, Redis. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, readAll } from './support/api';
import { runBigdata } from './support/cli';
import { moneySettings } from './support/environment';
import { createExtraGateway, type ExtraGateway } from './support/gateway';
import { type Entry, readLedger, sumOf } from './support/ledger';
import { type Account, createAccounts } from './support/money/accounts';
import { type Attempt, createAsker } from './support/money/attempts';
import { judge, type LogLine, type Verdict } from './support/money/judge';
import { runLoad } from './support/money/load';
import { createOutages, type Outages } from './support/money/outages';
import { type QueryStandIn, startQueryStandIn } from './support/money/query-stand-in';
import { type PlannedRequest } from './support/money/requests';
import { createRandom } from './support/random';
import { readSecrets } from './support/stack-file';

const { requests: REQUESTS, seed: SEED } = moneySettings();
const ACCOUNTS = 50;
const GATEWAYS = 2;
const CLIENTS = 48;
/** Longer than an outage, so that only reservations of dead gateways come to it. */
const RESERVATION_TTL_S = 30;
/** And the sweeper comes by every half a minute. */
const SWEPT_AFTER_MS = (RESERVATION_TTL_S + 60) * 1_000;
const GATEWAY_SETTINGS = {
  UPSTREAM_TIMEOUT_MS: '1000',
  IDEMPOTENCY_LEASE_MS: '1500',
  GATEWAY_PROCESSES_TOTAL: String(GATEWAYS),
};

jest.setTimeout(900_000 + REQUESTS * 30);

describe(`${REQUESTS} requests (MONEY_REQUESTS) under outages of seed ${SEED} (MONEY_SEED)`, () => {
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let standIn: QueryStandIn;
  let accounts: Account[];
  let attempts: Attempt[];
  let outages: Outages;
  const gateways: ExtraGateway[] = [];
  const ledgers = new Map<Account, Entry[]>();
  let log: LogLine[];
  let verdict: Verdict;

  const priceOf = ({ account, plan }: PlannedRequest): number => {
    const { base, per_record: perRecord } = accounts[account]!.price;
    return base + perRecord * plan.rows;
  };
  const reservedOf = async ({ apiKey }: Account): Promise<number> => {
    const me = createApi(stack.gatewayUrl, apiKey);
    return (await me.get<{ credits: { reserved: number } }>('/v1/me')).body.credits.reserved;
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    const home = path.join(folder, 'home');
    stack = await startStack({ home, env: { RESERVATION_TTL_S: String(RESERVATION_TTL_S) } });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    standIn = await startQueryStandIn(readSecrets(home).service_identity_secret);
    for (let index = 0; index < GATEWAYS; index += 1) {
      const settings = { ...GATEWAY_SETTINGS, QUERY_SERVICE_URL: standIn.url };
      gateways.push(await createExtraGateway(home, `money-gateway-${index}`, settings));
    }
    await Promise.all(gateways.map((gateway) => gateway.start()));
    accounts = await createAccounts(admin, ACCOUNTS, Math.ceil(REQUESTS / ACCOUNTS / 10));

    const asker = createAsker(
      gateways.map(({ url }) => url),
      accounts.map(({ apiKey }) => apiKey),
    );
    outages = createOutages(stack, gateways, createRandom(SEED + 1));
    let asked = 0;
    let roundIsOver = false;
    const faults = outages.run(() => asked >= REQUESTS).finally(() => (roundIsOver = true));
    attempts = await runLoad({
      asker,
      random: createRandom(SEED),
      accounts: ACCOUNTS,
      gateways: GATEWAYS,
      clients: CLIENTS,
      isOver: (sent) => {
        asked = sent;
        return roundIsOver;
      },
    });
    await faults;
    asker.close();
    // In order: what they still have to say reaches admin-service.
    await Promise.all(gateways.map((gateway) => gateway.kill('SIGTERM')));
    await eventually(
      async () => {
        for (const account of accounts) expect(await reservedOf(account)).toBe(0);
      },
      { timeoutMs: SWEPT_AFTER_MS, intervalMs: 1_000 },
    );
    for (const account of accounts) ledgers.set(account, await readLedger(admin, account.userId));
    // Of the stack's own gateway are others.
    const lines = await readAll<LogLine>(admin, '/v1/admin/logs?route=/v1/query');
    log = lines.filter(({ request_id: id }) => id.startsWith('money-'));
    verdict = judge({
      attempts,
      ledger: [...ledgers.values()].flat(),
      log,
      deaths: outages.deaths,
      outages: outages.all,
      priceOf,
    });
  });

  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.kill('SIGKILL')));
    await standIn.close();
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  const ended = (kind: Attempt['outcome']['kind']): number =>
    attempts.filter(({ outcome }) => outcome.kind === kind).length;
  const answered = (...statuses: number[]): number =>
    attempts.filter(({ outcome }) => outcome.kind === 'answered' && statuses.includes(outcome.status)).length;

  it('was a run in which everything happened', () => {
    expect(attempts.length).toBeGreaterThanOrEqual(REQUESTS);
    // How many depends on how long each server is away, and so on the machine.
    expect(answered(200)).toBeGreaterThan(REQUESTS / 10);
    for (const status of [400, 402, 422, 429, 500, 502, 503, 504]) {
      expect([status, answered(status) > 0]).toEqual([status, true]);
    }
    for (const kind of ['broken', 'left', 'unreached'] as const) {
      expect([kind, ended(kind) > 0]).toEqual([kind, true]);
    }
    const replayed = attempts.filter(({ outcome }) => outcome.kind === 'answered' && outcome.replayed);
    expect(replayed.length).toBeGreaterThan(0);
    expect(new Set(outages.all.map(({ victim }) => victim))).toEqual(
      new Set(['admin-service', 'postgres', 'redis', 'gateway 0', 'gateway 1']),
    );
    expect(standIn.refused()).toBe(0);
  });

  it('charges every whole 2xx once and nothing else, and every request is in the log, or lost with its gateway', () => {
    expect(verdict.violations).toEqual([]);
    // Of a dead gateway's answers those are free that it had under way.
    expect(verdict.givenAway).toBeLessThanOrEqual(outages.deaths.length * CLIENTS);
    expect(verdict.paid).toBeGreaterThan(verdict.givenAway);
  });

  it('no balance was ever below zero, and each is what its ledger makes of it', async () => {
    for (const account of accounts) {
      const entries = ledgers.get(account)!;
      expect(Math.min(...entries.map(({ balance_after: balance }) => balance))).toBeGreaterThanOrEqual(0);
      const { body } = await admin.get<{ user: { credits: number } }>(`/v1/admin/users/${account.userId}`);
      expect(body.user.credits).toBe(sumOf(entries));
    }
    const { code, stdout } = await runBigdata(stack.home, ['--json', 'credits', 'verify']);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { drift: 0, discrepancies: [] }]);
  });

  it('usage is the sum of the log', async () => {
    for (const account of accounts) {
      const usage = await readAll<{ requests: number; credits: number; route: string }>(
        admin,
        `/v1/admin/usage?group_by=route&user_id=${account.userId}`,
      );
      const queries = usage.filter(({ route }) => route === '/v1/query');
      const lines = log.filter(({ user_id: userId }) => userId === account.userId);
      const total = (of: (row: { requests: number; credits: number }) => number): number =>
        queries.reduce((sum, row) => sum + of(row), 0);
      expect([total(({ requests }) => requests), total(({ credits }) => credits)]).toEqual([
        lines.length,
        lines.reduce((sum, { credits }) => sum + credits, 0),
      ]);
    }
  });
});
