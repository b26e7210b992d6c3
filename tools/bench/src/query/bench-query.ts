/**
 * Questions to the product, through gateway and query-service with everything they do for a request, beside the same
 * statements sent straight to the same ClickHouse by `@clickhouse/client`, by turns. One caller at a time. Everything is
 * measured with a tenth of the rows first: what then grows with the table shows in `growth`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark } from '../benchmark';
import { type ProductProcess, startProduct } from '../ingest/product-process';
import { createRandom } from '../random';
import { type BenchClickHouse, startBenchClickHouse } from '../system/bench-clickhouse';
import { openClickHouseHttp } from '../system/clickhouse-http';
import { describeMachine } from '../system/machine';
import { type Direct, openDirect } from './ask-directly';
import { type Gateway, openGateway } from './ask-gateway';
import { measureDeepPage } from './deep-page';
import { loadPeople } from './people-table';
import { QUERY_CASES, type QueryCase } from './query-cases';
import { type CaseFigures, reportQuery, summarize } from './query-report';

const ROWS = 1_000_000;
const DATABASE = 'bench';
const SEED = 4_711;

export const benchQuery: Benchmark = async ({ rows = ROWS, env, progress }) => {
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
    });
    const loader = openClickHouseHttp(server.url, DATABASE);
    const direct = openDirect(server.url, DATABASE);
    const gateway = openGateway(product.gatewayUrl, await createCaller(product));
    const sizes = [...new Set([Math.max(1_000, Math.floor(rows / 10)), Math.max(1_000, rows)])];
    const measured: { rows: number; cases: ReadonlyMap<string, CaseFigures> }[] = [];
    let loaded = 0;
    for (const size of sizes) {
      progress(`loading up to ${size} records`);
      await loadPeople(loader, loaded, size);
      loaded = size;
      const cases = new Map<string, CaseFigures>();
      for (const each of QUERY_CASES) {
        progress(`${each.name}, ${size} records`);
        cases.set(each.name, await measureCase(each, size, gateway, direct));
      }
      progress(`deep_page, ${size} records`);
      cases.set('deep_page', await measureDeepPage(gateway, direct));
      measured.push({ rows: size, cases });
    }
    gateway.close();
    loader.close();
    await direct.close();
    return reportQuery(measured, describeMachine());
  } finally {
    await product?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A user with credits and requests for the whole benchmark. @returns its key */
const createCaller = async ({ gatewayUrl, adminKey }: ProductProcess): Promise<string> => {
  const admin = openGateway(gatewayUrl, adminKey);
  const account = { username: 'bench', credits: 10_000_000, requests_per_minute: 1_000_000 };
  const answer = JSON.parse(await admin.ask('POST', '/v1/admin/users', account)) as {
    key: { api_key: string };
  };
  admin.close();
  return answer.key.api_key;
};

const measureCase = async (
  { runs, next }: QueryCase,
  rows: number,
  gateway: Gateway,
  direct: Direct,
): Promise<CaseFigures> => {
  const random = createRandom(SEED);
  const gatewayMs: number[] = [];
  const directMs: number[] = [];
  let rowsRead = 0;
  const warmUps = Math.ceil(runs / 10);
  for (let run = -warmUps; run < runs; run += 1) {
    const { method, path: where, body, sql, params } = next(random, rows);
    const startedAt = performance.now();
    await gateway.ask(method, where, body);
    const askedMs = performance.now() - startedAt;
    const directAt = performance.now();
    const read = await direct.ask(sql, params);
    const straightMs = performance.now() - directAt;
    if (run < 0) continue;
    gatewayMs.push(askedMs);
    directMs.push(straightMs);
    rowsRead = Math.max(rowsRead, read);
  }
  return summarize(gatewayMs, directMs, rowsRead);
};
