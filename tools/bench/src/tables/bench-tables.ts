/**
 * Designs of the table of records, side by side on the embedded ClickHouse: what loading, reading, merging and undoing
 * cost where two loads tell of the same records. Each design has the server to itself, one after the other.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark, UsageError } from '../benchmark';
import { startBenchClickHouse } from '../system/bench-clickhouse';
import { type ClickHouseHttp, openClickHouseHttp } from '../system/clickhouse-http';
import { describeMachine } from '../system/machine';
import { DESIGNS } from './designs';
import { type DesignFigures, measureDesign } from './measure-design';
import { findSought } from './read-design';
import { buildSource, CREATE_SOURCE, LOADS, SOURCE_TABLE, sourceSize } from './source-rows';
import { reportTables } from './tables-report';

const ROWS = 10_000_000;
const SELECT_ONE_TRIES = 20;

export const benchTables: Benchmark = async ({ rows = ROWS, designs, progress }) => {
  const chosen = chooseDesigns(designs);
  const size = sourceSize(rows);
  const { rowsPerLoad, distinctKeys } = size;
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-bench-'));
  try {
    const server = await startBenchClickHouse(folder);
    const clickhouse = openClickHouseHttp(server.url, 'default');
    try {
      progress(`generating ${rows} rows`);
      await clickhouse.run(CREATE_SOURCE);
      for (const load of LOADS) await clickhouse.run(buildSource(load, size));
      await clickhouse.run(`OPTIMIZE TABLE ${SOURCE_TABLE} FINAL`);
      const sought = await findSought({ clickhouse });
      const selectOneMs = await timeSelectOne(clickhouse);
      const measured = new Map<string, DesignFigures>();
      for (const [name, design] of chosen) {
        progress(design.title);
        const table = name.replaceAll('-', '_');
        const bench = { clickhouse, clickhousePid: server.pid, table, design, rowsPerLoad };
        measured.set(name, await measureDesign(bench, { sought, distinctKeys }));
      }
      return reportTables({
        ...{ rowsPerLoad, distinctKeys, selectOneMs },
        machine: describeMachine(),
        designs: measured,
      });
    } finally {
      clickhouse.close();
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @throws UsageError when there is no design of that name */
const chooseDesigns = (names: readonly string[] | undefined) => {
  const unknown = names?.find((name) => !DESIGNS.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no design "${unknown}"; there are ${[...DESIGNS.keys()].join(', ')}`);
  }
  return [...DESIGNS].filter(([name]) => names?.includes(name) ?? true);
};

const timeSelectOne = async (clickhouse: ClickHouseHttp): Promise<number> => {
  let bestMs = Infinity;
  for (let attempt = 0; attempt < SELECT_ONE_TRIES; attempt += 1) {
    const startedMs = performance.now();
    await clickhouse.run('SELECT 1');
    bestMs = Math.min(bestMs, performance.now() - startedMs);
  }
  return bestMs;
};
