import { type ClickHouseHttp } from '../system/clickhouse-http';
import { cpuSBetween, readProcessUsage } from '../system/process-usage';
import { type Contestant, type PeopleFile } from './contestant';

export type LoadFigures = {
  readonly rows: number;
  readonly rowsPerS: number;
  readonly mbPerS: number;
  readonly elapsedS: number;
  /** Of the process beside ClickHouse with its threads; null: there is none, or the machine does not tell. */
  readonly cpuS: number | null;
  readonly peakRssMb: number | null;
  readonly clickhouseCpuS: number | null;
  /** Parts of the table when the load was acknowledged, and merges that were under way then. */
  readonly parts: number;
  readonly mergesRunning: number;
};

export type MeasureOptions = {
  /** Connected to the database that is loaded into. */
  readonly clickhouse: ClickHouseHttp;
  readonly clickhousePid: number;
  /** Drops the database and makes it again: the load begins with the tables as the migrations make them. */
  readonly renewDatabase: () => Promise<void>;
  /** Loaded before the measured file, so that code is compiled and caches are warm for everyone. */
  readonly warmUp: PeopleFile;
};

/** One load from a warm start into empty tables. */
export const measureLoad = async (
  { load, pid, table }: Contestant,
  file: PeopleFile,
  { clickhouse, clickhousePid, renewDatabase, warmUp }: MeasureOptions,
): Promise<LoadFigures> => {
  await load(warmUp);
  await renewDatabase();
  const ownPid = pid();
  const usageOf = () => ({
    clickhouse: readProcessUsage(clickhousePid),
    own: ownPid === null ? { cpuS: null, peakRssMb: null } : readProcessUsage(ownPid),
  });
  const before = usageOf();
  const { sentMs, acknowledgedMs } = await load(file);
  const after = usageOf();
  const merging = await readMerging(clickhouse, table);
  if (merging.rows === 0) throw new Error(`the load was acknowledged, but ${table} is empty`);
  const elapsedS = (acknowledgedMs - sentMs) / 1_000;
  return {
    rows: file.rows,
    rowsPerS: file.rows / elapsedS,
    mbPerS: file.bytes / 1e6 / elapsedS,
    elapsedS,
    cpuS: cpuSBetween(before.own, after.own),
    peakRssMb: after.own.peakRssMb,
    clickhouseCpuS: cpuSBetween(before.clickhouse, after.clickhouse),
    parts: merging.parts,
    mergesRunning: merging.merges,
  };
};

const readMerging = async (
  clickhouse: ClickHouseHttp,
  table: string,
): Promise<{ parts: number; rows: number; merges: number }> => {
  const [found] = await clickhouse.rows<{ parts: number; rows: number; merges: number }>(
    `SELECT count() AS parts, sum(rows) AS rows,
  (SELECT count() FROM system.merges WHERE database = currentDatabase() AND table = '${table}') AS merges
FROM system.parts WHERE active AND database = currentDatabase() AND table = '${table}'`,
  );
  return found ?? { parts: 0, rows: 0, merges: 0 };
};
