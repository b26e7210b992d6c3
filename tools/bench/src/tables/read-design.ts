import { type Settings } from '../system/clickhouse-http';
import { type Design } from './designs';
import { type DesignBench } from './load-design';
import { type Column, COLUMNS, MATCH_COLUMN, SOURCE_TABLE } from './source-rows';

/** Milliseconds, the best of several tries. */
export type ReadTimes = {
  readonly byKeyMs: number;
  readonly byEmailMs: number;
  readonly countMs: number;
  readonly filteredCountMs: number;
  readonly pageMs: number;
};

export type Sought = { readonly key: string; readonly email: string };

const TRIES = 5;
const PAGE_ROWS = 100;

/** Conditions on values have to wait for the merge, or rows that were replaced would be found. */
const READ_SETTINGS: Settings = { optimize_move_to_prewhere_if_final: 0 };

const queries = (table: string, { read }: Design, { key, email }: Sought) => {
  const is = (column: Column, value: string): string => `${read(column)} = '${value}'`;
  const row = COLUMNS.map((column) => `${read(column)} AS value_of_${column}`).join(', ');
  const filter = `${is('country', 'US')} AND ${is('city', 'City 77')}`;
  const rowsOf = (keys: string): string => `SELECT ${row} FROM ${table} FINAL PREWHERE dedupe_key ${keys}`;
  const keysOf = (condition: string): string => `SELECT dedupe_key FROM ${table} ${condition}`;
  const isSought = is(MATCH_COLUMN, email);
  return {
    byKeyMs: rowsOf(`= unhex('${key}')`),
    byEmailMs: `${rowsOf(`IN (${keysOf(`WHERE ${isSought}`)})`)} WHERE ${isSought}`,
    countMs: `SELECT count() FROM ${table} FINAL`,
    filteredCountMs: `SELECT count() FROM ${table} FINAL WHERE ${filter}`,
    pageMs: `${rowsOf(
      `IN (${keysOf(`FINAL WHERE ${is('country', 'US')} ORDER BY dedupe_key LIMIT ${PAGE_ROWS}`)})`,
    )} ORDER BY dedupe_key`,
  };
};

/** Somebody of whom both loads tell, if any of them do. */
export const findSought = async ({ clickhouse }: Pick<DesignBench, 'clickhouse'>): Promise<Sought> => {
  const [sought] = await clickhouse.rows<Sought>(
    `SELECT hex(dedupe_key) AS key, any(${MATCH_COLUMN}) AS email FROM ${SOURCE_TABLE}
WHERE n % 1000 = 0 OR load = 2 GROUP BY dedupe_key ORDER BY count() DESC, dedupe_key LIMIT 1`,
  );
  if (!sought) throw new Error('the source is empty');
  return sought;
};

/** @throws Error when the table does not have as many records as it should */
export const readDesign = async (
  { clickhouse, table, design }: DesignBench,
  sought: Sought,
  distinctKeys: number,
): Promise<ReadTimes> => {
  const sql = queries(table, design, sought);
  const found = Number(await clickhouse.run(sql.countMs, READ_SETTINGS));
  if (found !== distinctKeys) throw new Error(`${table} has ${found} records instead of ${distinctKeys}`);
  const best = async (name: keyof ReadTimes): Promise<number> => {
    let bestMs = Infinity;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const startedMs = performance.now();
      await clickhouse.run(sql[name], READ_SETTINGS);
      bestMs = Math.min(bestMs, performance.now() - startedMs);
    }
    return bestMs;
  };
  return {
    byKeyMs: await best('byKeyMs'),
    byEmailMs: await best('byEmailMs'),
    countMs: await best('countMs'),
    filteredCountMs: await best('filteredCountMs'),
    pageMs: await best('pageMs'),
  };
};
