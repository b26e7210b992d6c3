import { type ClickHouseHttp, type Settings } from '../system/clickhouse-http';
import { cpuSBetween, readProcessUsage } from '../system/process-usage';
import { type Design, type Place } from './designs';
import { type LoadNumber, SOURCE_TABLE } from './source-rows';

export type DesignBench = {
  readonly clickhouse: ClickHouseHttp;
  readonly clickhousePid: number;
  readonly table: string;
  readonly design: Design;
  readonly rowsPerLoad: number;
};

export type Spent = {
  readonly elapsedS: number;
  /** Of ClickHouse; null where the machine does not tell. */
  readonly cpuS: number | null;
};

/** About what is left of a load when the merges of the background have kept up with it. */
const BATCHES_PER_LOAD = 20;

/** As many inserts as the worker has on their way at once. */
const INSERTS_AT_ONCE = 2;

/** A batch becomes one block, and so one part. */
const ONE_PART: Settings = {
  max_threads: 1,
  max_insert_threads: 1,
  min_insert_block_size_rows: 1_000_000_000,
  min_insert_block_size_bytes: 0,
};

/** Inserts the rows of a load in batches. */
export const loadDesign = async (
  bench: DesignBench,
  load: LoadNumber,
  optimizeOnInsert: 0 | 1,
): Promise<Spent> =>
  spend(bench, () => {
    const { table, design, clickhouse } = bench;
    const columns = design.columns.map(([name]) => name).join(', ');
    const insert = `INSERT INTO ${table} (dedupe_key, ${columns})`;
    return inBatches((batch) =>
      clickhouse.run(`${insert} ${selectBatch(bench, { load, batch })}`, {
        ...ONE_PART,
        optimize_on_insert: optimizeOnInsert,
      }),
    );
  });

/** The same without the table: what reading the source and making the columns costs. */
export const readSource = async (bench: DesignBench, load: LoadNumber): Promise<Spent> =>
  spend(bench, () => {
    const { design, clickhouse } = bench;
    const structure = ['dedupe_key FixedString(16)', ...design.columns.map((column) => column.join(' '))];
    const insert = `INSERT INTO FUNCTION null('${structure.join(', ')}')`;
    return inBatches((batch) => clickhouse.run(`${insert} ${selectBatch(bench, { load, batch })}`, ONE_PART));
  });

/** What ClickHouse spends until the work is done. */
export const spend = async (
  { clickhousePid }: Pick<DesignBench, 'clickhousePid'>,
  work: () => Promise<unknown>,
): Promise<Spent> => {
  const before = readProcessUsage(clickhousePid);
  const startedMs = performance.now();
  await work();
  const elapsedS = (performance.now() - startedMs) / 1_000;
  return { elapsedS, cpuS: cpuSBetween(before, readProcessUsage(clickhousePid)) };
};

const selectBatch = ({ design, rowsPerLoad }: DesignBench, place: Place): string => {
  const from = Math.floor((rowsPerLoad * place.batch) / BATCHES_PER_LOAD);
  const to = Math.floor((rowsPerLoad * (place.batch + 1)) / BATCHES_PER_LOAD);
  return `SELECT dedupe_key, ${design.values(place).join(', ')} FROM ${SOURCE_TABLE}
WHERE load = ${place.load} AND n >= ${from} AND n < ${to}`;
};

const inBatches = async (run: (batch: number) => Promise<unknown>): Promise<void> => {
  const batches = Array.from({ length: BATCHES_PER_LOAD }, (_, batch) => batch).values();
  const work = async (): Promise<void> => {
    for (const batch of batches) await run(batch);
  };
  await Promise.all(Array.from({ length: INSERTS_AT_ONCE }, work));
};
