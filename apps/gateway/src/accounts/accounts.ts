/** What the gateway asks of admin-service. */
import { randomUUID } from 'node:crypto';
import {
  AppError,
  type Charge,
  type ChargeOutcome,
  type RenewedKeyHash,
  type RequestLogEntry,
  type ResolvedKey,
  ROUTES,
  type Settlement,
} from '@bigdata/models';
import { NO_SPAN, type ServiceClient, type Span } from '@bigdata/platform';

export interface Accounts {
  /** Null for a key that is unknown, revoked, expired or disabled. */
  resolveKey(keyId: string): Promise<ResolvedKey | null>;
  renewKeyHash(renewed: RenewedKeyHash): Promise<void>;
  /** @param spans what each charge is a part of: the call is a part of the first that is traced, linked to the others */
  reserveCharges(charges: readonly Charge[], spans: readonly Span[]): Promise<readonly ChargeOutcome[]>;
  settleCharges(settlements: readonly Settlement[]): Promise<void>;
  recordRequests(entries: readonly RequestLogEntry[]): Promise<void>;
}

export function createAccounts(client: ServiceClient): Accounts {
  return {
    async resolveKey(keyId) {
      const call = client.call(ROUTES.resolveKey, { body: { key_id: keyId }, requestId: randomUUID() });
      return (await call.catch(asOurs)).key;
    },
    async renewKeyHash(renewed) {
      await client.call(ROUTES.renewKeyHash, { body: renewed, requestId: randomUUID() });
    },
    async reserveCharges(charges, spans) {
      const [span = NO_SPAN, ...links] = spans.filter(({ traceId }) => traceId !== null);
      const call = client.call(ROUTES.reserveCharges, {
        body: { charges: [...charges] },
        requestId: randomUUID(),
        span,
        links,
      });
      return (await call.catch(asOurs)).outcomes;
    },
    async settleCharges(settlements) {
      await client.call(ROUTES.settleCharges, {
        body: { settlements: [...settlements] },
        requestId: randomUUID(),
      });
    },
    async recordRequests(entries) {
      await client.call(ROUTES.recordRequests, { body: { entries: [...entries] }, requestId: randomUUID() });
    },
  };
}

/** A refusal between services, such as a 401 for our own identity, is none of the client's: to it we failed. */
function asOurs(error: unknown): never {
  if (error instanceof AppError && error.code === 'unavailable') throw error;
  throw new AppError('upstream_failed', { cause: error, context: { service: 'admin-service' } });
}
