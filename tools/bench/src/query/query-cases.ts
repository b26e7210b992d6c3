/** What is measured: a request to the gateway, and the statement that query-service makes of it. */
import { type Random } from '../random';
import { type DirectAnswer, type DirectStatement } from './ask-directly';
import { emailOf, namesOf, personWithAll, phoneOf, recordIdOf } from './people-table';

export type Question = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** What query-service sends for it, side by side. Parameters are named `p0`, `p1` … */
  readonly statements: readonly [DirectStatement, ...DirectStatement[]];
  /** Whether the product's answer says what the rows of each statement do. */
  readonly agrees: (answer: string, rows: readonly DirectRows[]) => boolean;
};

type DirectRows = DirectAnswer['rows'];

/** As query-service reads a page in the stored order. */
export const PAGE_SETTINGS = { max_block_size: 1_024, max_threads: 2 } as const;

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
export const COLUMNS = [
  'lower(hex(dedupe_key)) AS record_id',
  ...FIELDS.map((name) => `nullIf(${name}, '') AS ${name}`),
];
export const SELECT = ['record_id', ...FIELDS];

type Page = { readonly data: readonly Readonly<Record<string, unknown>>[] };
type Lookup = { readonly data: readonly [{ readonly records: Page['data'] }] };

const idsOf = (rows: DirectRows): string => rows.map((row) => row['record_id']).join();

/** One record, as nobody shares what it is looked up by. */
const isSameLookup: Question['agrees'] = (answer, [rows = []]) => {
  const [{ records }] = (JSON.parse(answer) as Lookup).data;
  return rows.length === 1 && idsOf(records) === idsOf(rows);
};

const PAGE_LIMIT = 100;

/** The statement asks for one row more than the page holds. Of a small table no record may have what a page asks for. */
const isSamePage: Question['agrees'] = (answer, [rows = []]) =>
  idsOf((JSON.parse(answer) as Page).data) === idsOf(rows.slice(0, PAGE_LIMIT));

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
      statements: [
        {
          sql: `SELECT ${column} AS found_by, ${COLUMNS.join(', ')} FROM record_versions FINAL
PREWHERE dedupe_key IN (SELECT dedupe_key FROM record_lookups WHERE (kind = '${kind}' AND hash IN (SELECT cityHash64(arrayJoin({p0:Array(String)})))))
WHERE (${column} != '' AND ${column} IN {p0:Array(String)}) ORDER BY dedupe_key LIMIT 101 BY found_by`,
          params: { p0: [value] },
        },
      ],
      agrees: isSameLookup,
    };
  },
});

/** Without a filter that an index serves; `sql` is the filter's condition. */
const pageStatement = (columns: readonly string[], sql: string, limit: number): string =>
  `SELECT lower(hex(dedupe_key)) AS page_key, ${columns.join(', ')} FROM record_versions FINAL
PREWHERE dedupe_key IN (SELECT dedupe_key FROM record_versions FINAL ${sql} ORDER BY dedupe_key LIMIT ${limit + 1})
ORDER BY dedupe_key`;

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
      body: { select: SELECT, where: filter, limit: PAGE_LIMIT },
      statements: [
        {
          sql: pageStatement(COLUMNS, `WHERE ${sql}`, PAGE_LIMIT),
          params: { p0: value },
          settings: PAGE_SETTINGS,
        },
      ],
      agrees: isSamePage,
    };
  },
});

/** Both names of one person. */
const lookupName: QueryCase = {
  name: 'lookup_name',
  runs: 60,
  next: (random, rows) => {
    const [first, last] = namesOf(random.below(rows));
    const where = {
      and: [
        { field: 'first_name', op: 'eq', value: first },
        { field: 'last_name', op: 'eq', value: last },
      ],
    };
    const [eachFirst, eachLast] = ['arrayJoin({p1:Array(String)})', 'arrayJoin({p3:Array(String)})'];
    const index = [
      `(kind = 'name' AND hash IN (SELECT cityHash64(${eachFirst}, ${eachLast})))`,
      `(kind = 'first_name' AND hash IN (SELECT cityHash64(${eachFirst})))`,
      `(kind = 'last_name' AND hash IN (SELECT cityHash64(${eachLast})))`,
    ];
    const sql = `PREWHERE dedupe_key IN (SELECT dedupe_key FROM record_lookups WHERE ${index.join(' OR ')})
  WHERE ((first_name_match != '' AND first_name_match = {p0:String}) AND (last_name_match != '' AND last_name_match = {p2:String}))`;
    const [foldedFirst, foldedLast] = [first.toLowerCase(), last.toLowerCase()];
    return {
      method: 'POST',
      path: '/v1/query',
      body: { select: SELECT, where, limit: PAGE_LIMIT },
      statements: [
        {
          sql: pageStatement(COLUMNS, sql, PAGE_LIMIT),
          params: { p0: foldedFirst, p1: [foldedFirst], p2: foldedLast, p3: [foldedLast] },
          settings: PAGE_SETTINGS,
        },
      ],
      agrees: (answer, found) => found[0]?.length === 1 && isSamePage(answer, found),
    };
  },
};

const COUNTRIES = ['US', 'DE', 'GB', 'FR', 'ES', 'IT', 'NL', 'PL'];

/** Beside the first record. Of an estimate, what a country's records in a 64th of all ids suffice for. */
const counted = (mode: 'exact' | 'estimate'): QueryCase => ({
  name: `count_${mode}`,
  runs: 6,
  next: (random) => {
    const value = COUNTRIES[random.below(COUNTRIES.length)] ?? 'US';
    const part = mode === 'exact' ? '' : ` PREWHERE dedupe_key < unhex('04${'0'.repeat(30)}')`;
    const condition = `WHERE (country != '' AND country = {p0:String})`;
    return {
      method: 'POST',
      path: '/v1/query',
      body: { select: ['record_id'], where: { field: 'country', op: 'eq', value }, limit: 1, count: mode },
      statements: [
        {
          sql: `SELECT count() AS count FROM record_versions FINAL${part} ${condition}`,
          params: { p0: value },
        },
        {
          sql: pageStatement(['lower(hex(dedupe_key)) AS record_id'], condition, 1),
          params: { p0: value },
          settings: PAGE_SETTINGS,
        },
      ],
      agrees: (answer, [rows]) => {
        const { value: count } = (JSON.parse(answer) as { count: { value: number } }).count;
        return mode === 'exact' ? count === rows?.[0]?.['count'] : count > 0;
      },
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
      statements: [
        {
          sql: `SELECT g0, records AS count, sum(records) OVER () AS total FROM (
  SELECT nullIf(toString(country), '') AS g0, count() AS records FROM record_versions FINAL
  WHERE ((dataset != '' AND dataset = 'people') OR (city_match != '' AND city_match = {p0:String})) GROUP BY g0
) ORDER BY count DESC, g0 LIMIT 100`,
          params: { p0: value.toLowerCase() },
        },
      ],
      agrees: (answer, [rows]) => (JSON.parse(answer) as { total: number }).total === rows?.[0]?.['total'],
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
        statements: [
          {
            sql: `SELECT lower(hex(dedupe_key)) AS found_by, ${COLUMNS.join(', ')} FROM record_versions FINAL
PREWHERE dedupe_key IN (SELECT toFixedString(unhex(arrayJoin({p0:Array(String)})), 16)) ORDER BY dedupe_key LIMIT 101 BY found_by`,
            params: { p0: [value] },
          },
        ],
        agrees: isSameLookup,
      };
    },
  },
  lookupName,
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
