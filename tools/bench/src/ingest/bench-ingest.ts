/**
 * The same rows into the same ClickHouse three ways: by the product, by ClickHouse's own reader without any
 * normalisation, and by the pipeline that anyone would write first. One after the other, each from a warm start into
 * empty tables; the clock stops when the load is acknowledged. What each of them does is said in worker-load.ts,
 * raw-load.ts and plain-pipeline/load-plainly.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark, UsageError } from '../benchmark';
import { type BenchClickHouse, startBenchClickHouse } from '../system/bench-clickhouse';
import { openClickHouseHttp } from '../system/clickhouse-http';
import { describeMachine } from '../system/machine';
import { type IngestMeasurements, reportIngest } from './ingest-report';
import { createLoadBench, type LoadBench } from './load-bench';
import { type LoadFigures } from './measure-load';
import { FILE_FORMATS, type FileFormat } from './people-files';
import { type ProductProcess, startProduct } from './product-process';
import { renewDatabase } from './renew-database';

const ROWS = 2_000_000;
const DATABASE = 'bench';

export const benchIngest: Benchmark = async ({ rows = ROWS, formats, env, progress }) => {
  const chosen = chooseFormats(formats);
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-bench-'));
  let server: BenchClickHouse | undefined;
  let product: ProductProcess | undefined;
  try {
    progress('starting the services');
    server = await startBenchClickHouse(folder);
    product = await startProduct(path.join(folder, 'home'), {
      ...env,
      CLICKHOUSE_URL: server.url,
      CLICKHOUSE_DATABASE: DATABASE,
      INGEST_FILE_ROOTS: folder,
    });
    const machine = describeMachine();
    const clickhouse = openClickHouseHttp(server.url, DATABASE);
    await renewDatabase(clickhouse, { url: server.url, database: DATABASE });
    const { cores } = machine;
    const bench = createLoadBench({
      ...{ rows, cores, folder, database: DATABASE, server, clickhouse, product, progress },
    });
    const measured = await measureAll(bench, chosen);
    clickhouse.close();
    return reportIngest({ rows, machine, ...measured });
  } finally {
    await product?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @throws UsageError */
const chooseFormats = (wanted: readonly string[] | undefined): readonly FileFormat[] => {
  const unknown = wanted?.find((format) => !FILE_FORMATS.some((known) => known === format));
  if (unknown !== undefined) {
    throw new UsageError(`there is no format "${unknown}"; there are ${FILE_FORMATS.join(', ')}`);
  }
  return FILE_FORMATS.filter((format) => wanted?.includes(format) ?? true);
};

/** CSV is always written: what the others are compared with loads it. */
const measureAll = async (
  bench: LoadBench,
  chosen: readonly FileFormat[],
): Promise<Pick<IngestMeasurements, 'worker' | 'raw' | 'plain'>> => {
  const worker: Partial<Record<FileFormat, LoadFigures>> = {};
  const compared = await bench.withFiles('csv', async (files) => {
    if (chosen.includes('csv')) worker.csv = await bench.worker(files);
    return { raw: await bench.raw(files), plain: await bench.plain(files) };
  });
  let rawNdjson: LoadFigures | undefined;
  for (const format of chosen) {
    if (format === 'csv') continue;
    await bench.withFiles(format, async (files) => {
      worker[format] = await bench.worker(files);
      if (format === 'ndjson') rawNdjson = await bench.raw(files);
    });
  }
  return { worker, raw: { csv: compared.raw, ndjson: rawNdjson }, plain: compared.plain };
};
