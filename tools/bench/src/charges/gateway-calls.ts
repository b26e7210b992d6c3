/** Calls to admin-service as the gateway makes them: its typed client, its signed identity, its connections. */
import { randomUUID } from 'node:crypto';
import {
  type Charge,
  type ChargeOutcome,
  type RequestLogEntry,
  ROUTES,
  type Settlement,
} from '@bigdata/models';
import { createIdentityCodec, createServiceClient, Secret } from '@bigdata/platform';
import { type StackOf } from './stack-of';

export type GatewayCalls = {
  readonly reserve: (charges: readonly Charge[]) => Promise<readonly ChargeOutcome[]>;
  readonly settle: (settlements: readonly Settlement[]) => Promise<void>;
  readonly recordRequests: (entries: readonly RequestLogEntry[]) => Promise<void>;
  /** @returns the id of a new user with so many credits */
  readonly createAccount: (credits: number) => Promise<string>;
  readonly createAccounts: (count: number, credits: number) => Promise<readonly string[]>;
  readonly close: () => void;
};

const TIMEOUT_MS = 60_000;
const ACCOUNTS_AT_ONCE = 16;

export const createGatewayCalls = ({ adminServiceUrl, identitySecret }: StackOf): GatewayCalls => {
  const common = {
    baseUrl: new URL(adminServiceUrl),
    identity: createIdentityCodec(new Secret(identitySecret), Date.now),
    timeoutMs: TIMEOUT_MS,
  };
  const gateway = createServiceClient({ ...common, caller: { kind: 'service', name: 'gateway' } });
  const admin = createServiceClient({
    ...common,
    caller: { kind: 'user', userId: randomUUID(), role: 'admin', keyId: 'benchbenchbe' },
    connections: ACCOUNTS_AT_ONCE,
  });
  const createAccount = async (credits: number): Promise<string> => {
    const body = { username: `bench-${randomUUID()}`, credits };
    return (await admin.call(ROUTES.createUser, { body, requestId: randomUUID() })).user.id;
  };
  return {
    async reserve(charges) {
      const body = { charges: [...charges] };
      return (await gateway.call(ROUTES.reserveCharges, { body, requestId: randomUUID() })).outcomes;
    },
    async settle(settlements) {
      const body = { settlements: [...settlements] };
      await gateway.call(ROUTES.settleCharges, { body, requestId: randomUUID() });
    },
    async recordRequests(entries) {
      await gateway.call(ROUTES.recordRequests, { body: { entries: [...entries] }, requestId: randomUUID() });
    },
    createAccount,
    async createAccounts(count, credits) {
      const ids: string[] = [];
      const makeSome = async (): Promise<void> => {
        while (ids.length < count) {
          const index = ids.push('') - 1;
          ids[index] = await createAccount(credits);
        }
      };
      await Promise.all(Array.from({ length: ACCOUNTS_AT_ONCE }, makeSome));
      return ids;
    },
    close: () => void Promise.all([gateway.close(), admin.close()]),
  };
};
