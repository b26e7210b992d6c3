/** POST /v1/lookup */
import { LOOKUP_LIMITS, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { acceptedType } from '../accept/accept-header';
import { hiddenFieldErrors, refuseHidden, visibleFields } from '../fields/field-mask';
import { LOOKUP_FIELDS, lookupItems } from './lookup-items';
import { type LookupRepository } from './lookup.repository';

interface LookupRouteOptions {
  readonly lookups: LookupRepository;
  /** The wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

export function createLookupRoute({ lookups, nowMs }: LookupRouteOptions): RouteBinding {
  return bindRoute(ROUTES.lookup, async (request) => {
    acceptedType(request.header('accept'), ['application/json']);
    const { select } = request.body;
    const mask = visibleFields(request.caller);
    const { kind, items } = lookupItems(request.body, {
      today: new Date(nowMs()).toISOString().slice(0, 10),
    });
    refuseHidden([
      ...hiddenFieldErrors(mask, [LOOKUP_FIELDS[kind]], () => [kind]),
      ...hiddenFieldErrors(mask, select ?? [], (index) => ['select', index]),
    ]);
    const values = [...new Set(items.map(({ normalized }) => normalized).filter((value) => value !== null))];
    const found =
      values.length === 0
        ? new Map<string, never>()
        : await lookups.find({ kind, values, select: select ?? mask }, request);

    let rows = 0;
    for (const records of found.values()) rows += Math.min(records.length, LOOKUP_LIMITS.recordsPerItem);
    // An item that is asked for twice is answered twice and counts once.
    request.setHeader('x-bigdata-rows', String(rows));
    return {
      data: items.map(({ input, normalized }) => {
        const records = (normalized === null ? undefined : found.get(normalized)) ?? [];
        const more = records.length > LOOKUP_LIMITS.recordsPerItem;
        return {
          input,
          normalized,
          found: records.length > 0,
          records: more ? records.slice(0, LOOKUP_LIMITS.recordsPerItem) : [...records],
          ...(more && { has_more: true as const }),
        };
      }),
      request_id: request.requestId,
    };
  });
}
