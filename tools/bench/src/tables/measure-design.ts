import { setTimeout as delay } from 'node:timers/promises';
import { type DesignBench, loadDesign, readSource, spend, type Spent } from './load-design';
import { buildCreate } from './designs';
import { readDesign, type ReadTimes, type Sought } from './read-design';
import { LOADS } from './source-rows';

const MERGE_ATTEMPTS_MAX = 1_000;
const MERGE_PAUSE_MS = 50;

export type State = { readonly sizeMib: number; readonly parts: number; readonly reads: ReadTimes };

export type DesignFigures = {
  /** Of one load of half the rows, with and without merging at the insert. */
  readonly loadMerging: Spent;
  readonly load: Spent;
  /** Reading the source and making the columns, contained in both. */
  readonly source: Spent;
  /** Both loads there, no part merged; then every partition merged to one part. */
  readonly unmerged: State;
  readonly merged: State;
  readonly optimize: Spent;
  /** Taking back the second load. */
  readonly undo: Spent & { readonly how: 'drop partition' | 'load the others again' };
};

export type Fixture = { readonly sought: Sought; readonly distinctKeys: number };

/** Makes the table, measures it and drops it. */
export const measureDesign = async (
  bench: DesignBench,
  { sought, distinctKeys }: Fixture,
): Promise<DesignFigures> => {
  const { clickhouse, table, design } = bench;
  const state = async (): Promise<State> => ({
    ...(await sizeOf(bench)),
    reads: await readDesign(bench, sought, distinctKeys),
  });
  await clickhouse.run(buildCreate(table, design));
  try {
    // What lies unmerged is to be measured, so nothing may merge it meanwhile.
    await clickhouse.run(`SYSTEM STOP MERGES ${table}`);
    const source = await readSource(bench, 1);
    const loadMerging = await loadDesign(bench, 1, 1);
    await clickhouse.run(`TRUNCATE TABLE ${table}`);
    const load = await loadDesign(bench, 1, 0);
    await loadDesign(bench, 2, 0);
    const unmerged = await state();
    await clickhouse.run(`SYSTEM START MERGES ${table}`);
    const optimize = await spend(bench, () => mergeAll(bench));
    const merged = await state();
    const undo = await undoSecondLoad(bench);
    return { loadMerging, load, source, unmerged, merged, optimize, undo };
  } finally {
    await clickhouse.run(`DROP TABLE ${table} SYNC`);
  }
};

/** Merges until every partition is one part: a statement does nothing where the background is merging already. */
const mergeAll = async (bench: DesignBench): Promise<void> => {
  const partsWanted = bench.design.partitionBy === null ? 1 : LOADS.length;
  for (let attempt = 0; attempt < MERGE_ATTEMPTS_MAX; attempt += 1) {
    await bench.clickhouse.run(`OPTIMIZE TABLE ${bench.table} FINAL`);
    if ((await sizeOf(bench)).parts === partsWanted) return;
    await delay(MERGE_PAUSE_MS);
  }
  throw new Error(`${bench.table} does not merge to ${partsWanted} parts`);
};

/**
 * Where loads share a partition, a merge has thrown away what the second load replaced: only loading everything else
 * again brings it back.
 */
const undoSecondLoad = async (bench: DesignBench): Promise<DesignFigures['undo']> => {
  const { clickhouse, table, design, rowsPerLoad } = bench;
  const spent =
    design.partitionBy === null
      ? await spend(bench, async () => {
          await clickhouse.run(`TRUNCATE TABLE ${table}`);
          await loadDesign(bench, 1, 0);
        })
      : await spend(bench, () => clickhouse.run(`ALTER TABLE ${table} DROP PARTITION 2`));
  const left = Number(await clickhouse.run(`SELECT count() FROM ${table} FINAL`));
  if (left !== rowsPerLoad)
    throw new Error(`${left} records are left after the undo instead of ${rowsPerLoad}`);
  return { ...spent, how: design.partitionBy === null ? 'load the others again' : 'drop partition' };
};

const sizeOf = async ({ clickhouse, table }: DesignBench): Promise<{ sizeMib: number; parts: number }> => {
  const [found] = await clickhouse.rows<{ size: number; parts: number }>(
    `SELECT sum(bytes_on_disk) AS size, count() AS parts FROM system.parts
WHERE active AND database = currentDatabase() AND table = '${table}'`,
  );
  return { sizeMib: (found?.size ?? 0) / 2 ** 20, parts: found?.parts ?? 0 };
};
