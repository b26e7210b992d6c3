/** admin-service in memory, speaking its contracts through the real service app: identity is checked as there. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import {
  AppError,
  createPepper,
  generateApiKey,
  type Job,
  type RequestLogEntry,
  type ResolvedKey,
  type Role,
  ROUTES,
  type Settlement,
} from '@bigdata/models';
import {
  bindEvents,
  bindRoute,
  createMetrics,
  NO_TRACING,
  createServiceApp,
  type IdentityCodec,
  type Logger,
  type ServerSentEvent,
} from '@bigdata/platform';

export interface FakeUser {
  readonly userId: string;
  readonly apiKey: string;
  readonly keyId: string;
}

export interface FakeAdminService {
  readonly url: string;
  /** How many look-ups of keys, and of batches of charges, were asked. */
  readonly asked: { resolve: number; reserve: number };
  readonly entries: RequestLogEntry[];
  readonly settlements: Settlement[];
  readonly uploads: { name: string; bytes: number }[];
  addUser(options?: { role?: Role; credits?: number } & Partial<Terms>): FakeUser;
  revoke(keyId: string): void;
  /** Of all keys; null while an erasure is under way. */
  erasureMark: string | null;
  balanceOf(user: FakeUser): number;
  /** As if someone else had spent from the wallet, or filled it. */
  setBalance(user: FakeUser, balance: number): void;
  /** Of the pepper under which the key is stored. */
  pepperIdOf(user: FakeUser): string | null;
  /** Waits before each answer to these routes; `null` answers at once. */
  holdReserve: Promise<void> | null;
  holdResolve: Promise<void> | null;
  /** What a stream of a job's progress tells. */
  events: (jobId: string) => AsyncIterable<ServerSentEvent<Job>>;
  /** Refuses every call as if the shared secret were another one. */
  failIdentity: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
}

type Terms = Omit<ResolvedKey, 'id' | 'hash' | 'pepper_id' | 'user_id' | 'role'>;

interface Key {
  resolved: ResolvedKey;
  revoked: boolean;
}

const TERMS: Terms = {
  scopes: null,
  allowed_addresses: null,
  fields: null,
  limits: [{ name: 'minute', limit: 10_000, window_s: 60 }],
  in_flight_max: null,
  query_limits: null,
  prices: null,
  erasure_mark: 'none',
};

export function createFakeAdminService(options: {
  identity: IdentityCodec;
  logger: Logger;
  pepper: string;
}): FakeAdminService {
  const pepper = createPepper(options.pepper);
  const keys = new Map<string, Key>();
  const balances = new Map<string, number>();
  const charges = new Map<string, { userId: string; amount: number; state: 'held' | 'settle' | 'release' }>();
  const seenEntries = new Set<string>();
  let server: Server | null = null;
  let port = 0;

  const fake: FakeAdminService = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    asked: { resolve: 0, reserve: 0 },
    entries: [],
    settlements: [],
    uploads: [],
    events: () => {
      throw new AppError('not_found');
    },
    erasureMark: 'none',
    holdReserve: null,
    holdResolve: null,
    failIdentity: false,
    addUser({ role = 'user', credits = 1_000, ...terms } = {}) {
      const userId = randomUUID();
      const { keyId, apiKey } = generateApiKey(randomBytes);
      balances.set(userId, credits);
      keys.set(keyId, {
        resolved: {
          ...TERMS,
          ...terms,
          id: keyId,
          hash: pepper.hash(apiKey),
          pepper_id: pepper.id,
          user_id: userId,
          role,
        },
        revoked: false,
      });
      return { userId, apiKey, keyId };
    },
    revoke(keyId) {
      const key = keys.get(keyId);
      if (key) key.revoked = true;
    },
    setBalance: ({ userId }, balance) => void balances.set(userId, balance),
    balanceOf: ({ userId }) => balances.get(userId) ?? 0,
    pepperIdOf: ({ keyId }) => keys.get(keyId)?.resolved.pepper_id ?? null,
    async start() {
      const created = createServer(app);
      await new Promise<void>((resolve) => created.listen(port, '127.0.0.1', resolve));
      port = (created.address() as AddressInfo).port;
      server = created;
    },
    async stop() {
      const stopping = server;
      server = null;
      if (!stopping) return;
      await new Promise((resolve) => {
        stopping.close(resolve);
        stopping.closeAllConnections();
      });
    },
  };

  const app = createServiceApp({
    identity: {
      sign: options.identity.sign,
      verify: (token, line) => (fake.failIdentity ? null : options.identity.verify(token, line)),
    },
    logger: options.logger,
    metrics: createMetrics('fake-admin-service'),
    tracing: NO_TRACING,
    bodyLimitBytes: 10_000_000,
    clockMs: () => performance.now(),
    bindings: [
      bindRoute(ROUTES.resolveKey, async ({ body }) => {
        fake.asked.resolve += 1;
        const key = keys.get(body.key_id);
        // Read before the wait, as a slow database would answer.
        const answer = !key || key.revoked ? null : { ...key.resolved, erasure_mark: fake.erasureMark };
        await fake.holdResolve;
        return { key: answer };
      }),
      bindRoute(ROUTES.renewKeyHash, ({ body: { key_id, replaces, hash, pepper_id } }) => {
        const key = keys.get(key_id);
        if (key?.resolved.hash !== replaces) return Promise.resolve({ renewed: false });
        key.resolved = { ...key.resolved, hash, pepper_id };
        return Promise.resolve({ renewed: true });
      }),
      bindRoute(ROUTES.reserveCharges, async ({ body }) => {
        fake.asked.reserve += 1;
        await fake.holdReserve;
        return {
          outcomes: body.charges.map(({ charge_id, user_id, amount }) => {
            const balance = balances.get(user_id) ?? 0;
            const known = charges.get(charge_id);
            if (known?.state === 'release') return { charge_id, reserved: false, balance, given_back: true };
            if (known) return { charge_id, reserved: true, balance };
            if (balance < amount) return { charge_id, reserved: false, balance };
            balances.set(user_id, balance - amount);
            charges.set(charge_id, { userId: user_id, amount, state: 'held' });
            return { charge_id, reserved: true, balance: balance - amount };
          }),
        };
      }),
      bindRoute(ROUTES.settleCharges, ({ body }) => {
        for (const settlement of body.settlements) {
          fake.settlements.push(settlement);
          const charge = charges.get(settlement.charge_id);
          if (charge?.state !== 'held') continue;
          charge.state = settlement.action;
          const kept =
            charge.state === 'release' ? 0 : Math.min(charge.amount, settlement.amount ?? Infinity);
          balances.set(charge.userId, (balances.get(charge.userId) ?? 0) + charge.amount - kept);
        }
        return Promise.resolve({ ok: true as const });
      }),
      bindRoute(ROUTES.recordRequests, ({ body }) => {
        for (const entry of body.entries) {
          if (!seenEntries.has(entry.entry_id)) fake.entries.push(entry);
          seenEntries.add(entry.entry_id);
        }
        return Promise.resolve({ ok: true as const });
      }),
      bindRoute(ROUTES.readMe, ({ caller }) => {
        const userId = caller.kind === 'user' ? caller.userId : '';
        return Promise.resolve({
          user: { id: userId, username: 'fake', role: 'user' as const },
          credits: { balance: balances.get(userId) ?? 0, reserved: 0 },
          plan: null,
          limits: [],
          in_flight_max: null,
        });
      }),
      bindRoute(ROUTES.createUser, ({ body }) =>
        Promise.resolve({
          user: {
            id: randomUUID(),
            username: body.username,
            role: body.role,
            credits: body.credits,
            disabled: false,
            plan: body.plan,
            terms: body.terms,
            limits: TERMS.limits,
            in_flight_max: TERMS.in_flight_max,
            query_limits: TERMS.query_limits,
            prices: TERMS.prices,
            created_at: new Date().toISOString(),
          },
          key: {
            id: randomUUID(),
            api_key: 'shown once',
            expires_at: null,
            name: null,
            scopes: null,
            allowed_addresses: null,
            fields: null,
          },
        }),
      ),
      bindEvents(ROUTES.followJob, ({ params }) => Promise.resolve(fake.events(params.id))),
      bindRoute(ROUTES.uploadFile, async ({ params, body }) => {
        if (params.name === 'taken.csv') throw new AppError('conflict');
        let bytes = 0;
        for await (const chunk of body) bytes += (chunk as Buffer).length;
        fake.uploads.push({ name: params.name, bytes });
        return { name: params.name, source: `inbox://${params.name}`, bytes, sha256: 'none' };
      }),
    ],
  });
  return fake;
}
