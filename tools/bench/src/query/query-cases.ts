/** What is measured: a request to the gateway, and the statement that query-service makes of it. */
import { type Random } from '../random';
import { emailOf, personWithAll, phoneOf, recordIdOf } from './people-table';

export type Question = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Its parameters are named `p0`, `p1` … */
  readonly sql: string;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
};

export type QueryCase = {
  readonly name: string;
  readonly runs: number;
  /** Another question each time, so that no answer is one that was kept. */
  readonly next: (random: Random, rows: number) => Question;
};

const FIELDS = [
  ...(['email', 'phone', 'full_name', 'first_name', 'last_name'] as const),
  ...(['company', 'job_title', 'city', 'country'] as const),
];
const COLUMNS = [
  'lower(hex(dedupe_key)) AS record_id',
  ...FIELDS.map((name) => `nullIf(${name}, '') AS ${name}`),
];
const SELECT = ['record_id', ...FIELDS];

const lookup = (
  name: 'emails' | 'phones',
  kind: string,
  column: string,
  valueOf: (n: number) => string,
): QueryCase => ({
  name: `lookup_${kind}`,
  runs: 60,
  next: (random, rows) => {
    const value = valueOf(personWithAll(random.below(rows)));
    return {
      method: 'POST',
      path: '/v1/lookup',
      body: { [name]: [value], select: SELECT },
      sql: `SELECT ${column} AS found_by, ${COLUMNS.join(', ')} FROM record_versions FINAL
PREWHERE dedupe_key IN (SELECT dedupe_key FROM record_lookups WHERE (kind = '${kind}' AND hash IN (SELECT cityHash64(arrayJoin({p0:Array(String)})))))
WHERE (${column} != '' AND ${column} IN {p0:Array(String)}) ORDER BY dedupe_key LIMIT 101 BY found_by`,
      params: { p0: [value] },
    };
  },
});

const page = (
  name: string,
  runs: number,
  where: (random: Random) => { readonly filter: unknown; readonly sql: string; readonly value: string },
): QueryCase => ({
  name,
  runs,
  next: (random) => {
    const { filter, sql, value } = where(random);
    return {
      method: 'POST',
      path: '/v1/query',
      body: { select: SELECT, where: filter, limit: 100 },
      sql: `SELECT lower(hex(dedupe_key)) AS page_key, ${COLUMNS.join(', ')} FROM record_versions FINAL
PREWHERE dedupe_key IN (SELECT dedupe_key FROM record_versions FINAL WHERE ${sql} ORDER BY dedupe_key LIMIT 101)
ORDER BY dedupe_key`,
      params: { p0: value },
    };
  },
});

const counted = (mode: 'exact' | 'estimate'): QueryCase => ({
  name: `count_${mode}`,
  runs: 6,
  next: (random) => {
    const value = `City ${random.below(3_000)}`;
    return {
      method: 'POST',
      path: '/v1/query',
      body: { select: ['record_id'], where: { field: 'city', op: 'eq', value }, limit: 1, count: mode },
      sql: `SELECT count() AS count FROM record_versions FINAL WHERE (city_match != '' AND city_match = {p0:String})`,
      params: { p0: value.toLowerCase() },
    };
  },
});

const stats = (name: string, runs: number, thresholdOf: (random: Random) => number): QueryCase => ({
  name,
  runs,
  next: (random) => {
    // The filter finds everybody; it makes the answer a new one.
    const value = `Nobody ${thresholdOf(random)}`;
    const where = {
      or: [
        { field: 'dataset', op: 'eq', value: 'people' },
        { field: 'city', op: 'eq', value },
      ],
    };
    const search = new URLSearchParams({ group_by: 'country', where: JSON.stringify(where) });
    return {
      method: 'GET',
      path: `/v1/stats?${search.toString()}`,
      sql: `SELECT g0, records AS count, sum(records) OVER () AS total FROM (
  SELECT nullIf(toString(country), '') AS g0, count() AS records FROM record_versions FINAL
  WHERE ((dataset != '' AND dataset = 'people') OR (city_match != '' AND city_match = {p0:String})) GROUP BY g0
) ORDER BY count DESC, g0 LIMIT 100`,
      params: { p0: value.toLowerCase() },
    };
  },
});

export const QUERY_CASES: readonly QueryCase[] = [
  lookup('emails', 'email', 'email_match', emailOf),
  lookup('phones', 'phone', 'phone', phoneOf),
  {
    name: 'lookup_id',
    runs: 60,
    next: (random, rows) => {
      const value = recordIdOf(random.below(rows));
      return {
        method: 'POST',
        path: '/v1/lookup',
        body: { record_ids: [value], select: SELECT },
        sql: `SELECT lower(hex(dedupe_key)) AS found_by, ${COLUMNS.join(', ')} FROM record_versions FINAL
PREWHERE dedupe_key IN (SELECT toFixedString(unhex(arrayJoin({p0:Array(String)})), 16)) ORDER BY dedupe_key LIMIT 101 BY found_by`,
        params: { p0: [value] },
      };
    },
  },
  page('filter_page_selective', 6, (random) => {
    const value = `City ${random.below(3_000)}`;
    return {
      filter: { field: 'city', op: 'eq', value },
      sql: `(city_match != '' AND city_match = {p0:String})`,
      value: value.toLowerCase(),
    };
  }),
  page('filter_page_unselective', 8, () => ({
    filter: { field: 'country', op: 'eq', value: 'US' },
    sql: `(country != '' AND country = {p0:String})`,
    value: 'US',
  })),
  counted('exact'),
  counted('estimate'),
  stats('stats_group_by_cold', 4, (random) => random.below(1_000_000_000)),
  stats('stats_group_by_cached', 20, () => 0),
];
