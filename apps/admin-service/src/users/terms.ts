/** What a user is held to: its own terms over its plan's over the configured defaults, member by member. */
import {
  type AccountTerms,
  type QueryLimits,
  type RateLimit,
  type ResolvedKey,
  type Role,
} from '@bigdata/models';

/** Requests a minute for those whose terms do not say. */
export type DefaultLimits = Readonly<Record<Role, number>>;

export type EffectiveTerms = Pick<ResolvedKey, 'limits' | 'in_flight_max' | 'query_limits' | 'prices'>;

const WINDOWS_S = { second: 1, minute: 60, day: 86_400 } as const;

/** @param layers the most special first */
export function toEffectiveTerms(
  layers: readonly AccountTerms[],
  defaultRequestsPerMinute: number,
): EffectiveTerms {
  const prices = Object.assign({}, ...layers.toReversed().map((terms) => terms.prices)) as NonNullable<
    ResolvedKey['prices']
  >;
  return {
    limits: toLimits(layers, defaultRequestsPerMinute),
    in_flight_max: firstOf(layers, ({ in_flight_max }) => in_flight_max),
    query_limits: toQueryLimits(layers),
    prices: Object.keys(prices).length === 0 ? null : prices,
  };
}

/** The same terms with another limit of requests a minute; null: the inherited one. */
export function withMinuteLimit(terms: AccountTerms, minute: number | null): AccountTerms {
  const { minute: _, ...others } = terms.limits ?? {};
  return { ...terms, limits: minute === null ? others : { ...others, minute } };
}

function toLimits(layers: readonly AccountTerms[], defaultRequestsPerMinute: number): RateLimit[] {
  const limits = {
    second: firstOf(layers, (terms) => terms.limits?.second),
    minute: firstOf(layers, (terms) => terms.limits?.minute) ?? defaultRequestsPerMinute,
    day: firstOf(layers, (terms) => terms.limits?.day),
  };
  return (['second', 'minute', 'day'] as const).flatMap((name) => {
    const limit = limits[name];
    return limit === null ? [] : [{ name, limit, window_s: WINDOWS_S[name] }];
  });
}

function toQueryLimits(layers: readonly AccountTerms[]): QueryLimits | null {
  const limit = (name: keyof QueryLimits): number | null =>
    firstOf(layers, (terms) => terms.query_limits?.[name]);
  const limits = {
    rows_max: limit('rows_max'),
    timeout_ms: limit('timeout_ms'),
    memory_bytes_max: limit('memory_bytes_max'),
    rows_to_read_max: limit('rows_to_read_max'),
    concurrent_max: limit('concurrent_max'),
  };
  return Object.values(limits).every((value) => value === null) ? null : limits;
}

/** What the first layer that says anything says; null when none does, or when it says that there is no limit. */
function firstOf(
  layers: readonly AccountTerms[],
  read: (terms: AccountTerms) => number | null | undefined,
): number | null {
  for (const terms of layers) {
    const value = read(terms);
    if (value !== undefined) return value;
  }
  return null;
}
