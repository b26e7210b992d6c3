/**
 * The same rows into the same ClickHouse three ways: by the product, by ClickHouse's own reader without any
 * normalisation, and by the pipeline that anyone would write first. One after the other, each from a warm start into
 * empty tables; the clock stops when the load is acknowledged. What each of them does is said in worker-load.ts,
 * raw-load.ts and plain-pipeline/load-plainly.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark } from '../benchmark';
import { type BenchClickHouse, startBenchClickHouse } from '../system/bench-clickhouse';
import { openClickHouseHttp } from '../system/clickhouse-http';
import { describeMachine } from '../system/machine';
import { type IngestMeasurements, reportIngest } from './ingest-report';
import { createLoadBench, type LoadBench } from './load-bench';
import { type ProductProcess, startProduct } from './product-process';
import { renewDatabase } from './renew-database';

const ROWS = 2_000_000;
const DATABASE = 'bench';

export const benchIngest: Benchmark = async ({ rows = ROWS, env, progress }) => {
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
    const measured = await measureAll(bench);
    clickhouse.close();
    return reportIngest({ rows, machine, ...measured });
  } finally {
    await product?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const measureAll = async (
  bench: LoadBench,
): Promise<Pick<IngestMeasurements, 'worker' | 'raw' | 'plain'>> => {
  const csv = await bench.withFiles('csv', async (files) => ({
    worker: await bench.worker(files),
    raw: await bench.raw(files),
    plain: await bench.plain(files),
  }));
  const ndjson = await bench.withFiles('ndjson', async (files) => ({
    worker: await bench.worker(files),
    raw: await bench.raw(files),
  }));
  const json = await bench.withFiles('json', bench.worker);
  const xml = await bench.withFiles('xml', bench.worker);
  return {
    worker: { csv: csv.worker, ndjson: ndjson.worker, json, xml },
    raw: { csv: csv.raw, ndjson: ndjson.raw },
    plain: csv.plain,
  };
};
