/**
 * The most records that the answer to a request can hold, as far as the gateway can tell: what is reserved where records
 * have a price. Whatever it cannot read counts as the largest request, so that no answer costs more than was reserved.
 */
import {
  LOOKUP_KINDS,
  LOOKUP_LIMITS,
  PAGE_LIMIT_DEFAULT,
  PAGE_LIMIT_MAX,
  type ResolvedKey,
  type RouteContract,
  ROUTES,
} from '@bigdata/models';

export interface PricedRequest {
  readonly contract: RouteContract;
  readonly key: ResolvedKey;
  readonly accept: string | undefined;
  /** As it came: encoded, broken, or absent. */
  readonly body: Buffer | null;
}

/** @param streamRowsMax row cap of a streamed answer, for keys without one of their own */
export function recordsMaxOf(request: PricedRequest, streamRowsMax: number): number {
  const { contract, key, body } = request;
  if (contract.id === ROUTES.runQuery.id) {
    return mayStream(request)
      ? limitOf(body, { max: key.query_limits?.rows_max ?? streamRowsMax })
      : limitOf(body, { max: PAGE_LIMIT_MAX, fallback: PAGE_LIMIT_DEFAULT });
  }
  // Statistics hold no records.
  return contract.id === ROUTES.lookup.id ? lookupRecordsMax(body) : 0;
}

/** The service decides which of several types it sends. One that may be a stream is taken for a stream. */
function mayStream({ contract, accept }: PricedRequest): boolean {
  if (accept === undefined) return false;
  const asked = accept.toLowerCase();
  const page = asked.includes('application/json') || asked.includes('*/*');
  return !page || (contract.otherMedia ?? []).some((type) => asked.includes(type));
}

function limitOf(body: Buffer | null, { max, fallback = max }: { max: number; fallback?: number }): number {
  const request = membersOf(body);
  if (!request) return max;
  const { limit } = request;
  if (limit === undefined) return fallback;
  return typeof limit === 'number' && Number.isInteger(limit) && limit > 0 ? Math.min(limit, max) : max;
}

function lookupRecordsMax(body: Buffer | null): number {
  const request = membersOf(body);
  if (!request) return LOOKUP_LIMITS.records;
  let records = 0;
  for (const kind of LOOKUP_KINDS) {
    const items = request[kind];
    // A record id is that of one record.
    const perItem = kind === 'record_ids' ? 1 : LOOKUP_LIMITS.recordsPerItem;
    if (Array.isArray(items)) records += items.length * perItem;
  }
  return Math.min(records, LOOKUP_LIMITS.records);
}

/** Null for a body that cannot be read here. */
function membersOf(body: Buffer | null): Readonly<Record<string, unknown>> | null {
  if (body === null || body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
