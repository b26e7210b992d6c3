/** The identifiers of a lookup → what is searched for each, in the order of the request. Pure. */
import { AppError, type LookupKind, type LookupRequest, LOOKUP_KINDS } from '@bigdata/models';
import { normalizeValue } from '../filter/normalize-value';

export interface LookupItem {
  readonly input: string;
  /** Null: nothing that a record could have. */
  readonly normalized: string | null;
}

export interface LookupItems {
  readonly kind: LookupKind;
  readonly items: readonly LookupItem[];
}

export const LOOKUP_FIELDS = { emails: 'email', phones: 'phone', record_ids: 'record_id' } as const;

/**
 * @param today YYYY-MM-DD
 * @throws AppError `invalid_request` when the country is none; an item that is none is simply not found
 */
export function lookupItems(request: LookupRequest, { today }: { today: string }): LookupItems {
  const kind = LOOKUP_KINDS.find((candidate) => request[candidate] !== undefined) ?? 'emails';
  const context = { country: countryOf(request, today), today };
  const field = { kind: 'field', name: LOOKUP_FIELDS[kind] } as const;
  const known = new Map<string, string | null>();
  const items = (request[kind] ?? []).map((input) => {
    let normalized = known.get(input);
    if (normalized === undefined) {
      const result = normalizeValue(field, input, context);
      normalized = result.ok ? result.value : null;
      known.set(input, normalized);
    }
    return { input, normalized };
  });
  return { kind, items };
}

function countryOf({ country }: LookupRequest, today: string): string | undefined {
  if (country === undefined) return undefined;
  const result = normalizeValue({ kind: 'field', name: 'country' }, country, { country: undefined, today });
  if (result.ok) return result.value;
  const { detail, hint } = result;
  throw new AppError('invalid_request', {
    detail: `#/country: ${detail}`,
    errors: [{ pointer: '#/country', detail, ...(hint === undefined ? {} : { hint }) }],
  });
}
