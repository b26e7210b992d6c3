/**
 * Questions to the product, through gateway and query-service with everything they do for a request, beside the same
 * statements sent straight to the same ClickHouse by `@clickhouse/client`, by turns. One caller at a time. Everything is
 * measured with fewer rows first: what then grows with the table shows in `growth`. Answers are compared: an estimate must
 * be above zero, and a stream as long.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark, UsageError } from '../benchmark';
import { type ProductProcess, startProduct } from '../ingest/product-process';
import { createRandom } from '../random';
import { type BenchClickHouse, startBenchClickHouse } from '../system/bench-clickhouse';
import { openClickHouseHttp } from '../system/clickhouse-http';
import { describeMachine } from '../system/machine';
import { type Direct, openDirect } from './ask-directly';
import { type Gateway, openGateway } from './ask-gateway';
import { measureDeepPage } from './deep-page';
import { loadPeople, PEOPLE_MAX } from './people-table';
import { QUERY_CASES, type QueryCase } from './query-cases';
import { type CaseFigures, reportQuery, type SizeFigures, summarize } from './query-report';
import { measureStream, STREAM_FORMATS } from './stream-case';

const ROWS = 1_000_000;
/** Fewer have no pages. */
const ROWS_MIN = 1_000;
/** A table larger than the last of them is measured at each of them first, a smaller one at a tenth. */
const STEPS = [1_000_000, 10_000_000];
const DATABASE = 'bench';
const SEED = 4_711;

export const benchQuery: Benchmark = async ({ rows: asked = ROWS, env, progress }) => {
  const rows = Math.max(ROWS_MIN, asked);
  if (rows > PEOPLE_MAX) throw new UsageError(`query has no more than ${PEOPLE_MAX} people`);
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
    const measured: SizeFigures[] = [];
    let loaded = 0;
    for (const size of sizesUpTo(rows)) {
      progress(`loading up to ${size} records`);
      const table = await loadPeople(loader, server.pid, { from: loaded, to: size, progress });
      loaded = size;
      const cases = new Map<string, CaseFigures>();
      for (const each of QUERY_CASES) {
        progress(`${each.name}, ${size} records`);
        cases.set(each.name, await measureCase(each, size, gateway, direct));
      }
      progress(`deep_page, ${size} records`);
      cases.set('deep_page', await measureDeepPage(size, gateway, direct));
      for (const format of STREAM_FORMATS) {
        progress(`${format.name}, ${size} records`);
        cases.set(format.name, await measureStream(format, size, gateway, direct));
      }
      measured.push({ rows: size, table, cases });
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

/** Rising; the last one is what was asked for. */
export const sizesUpTo = (rows: number): readonly number[] => {
  const below = rows > (STEPS.at(-1) ?? 0) ? STEPS : [Math.max(ROWS_MIN, Math.floor(rows / 10))];
  return [...below.filter((step) => step < rows), rows];
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
  { name, runs, next }: QueryCase,
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
    const { method, path: where, body, statements, agrees } = next(random, rows);
    const startedAt = performance.now();
    const answer = await gateway.ask(method, where, body);
    const askedMs = performance.now() - startedAt;
    const directAt = performance.now();
    const straight = await Promise.all(statements.map((statement) => direct.ask(statement)));
    const straightMs = performance.now() - directAt;
    const found = straight.map(({ rows: rowsFound }) => rowsFound);
    if (!agrees(answer, found))
      throw new Error(`${name}: the product answers otherwise than ClickHouse: ${answer.slice(0, 1_000)}`);
    if (run < 0) continue;
    gatewayMs.push(askedMs);
    directMs.push(straightMs);
    const read = straight.reduce((sum, { rowsRead: one }) => sum + one, 0);
    rowsRead = Math.max(rowsRead, read);
  }
  return summarize(gatewayMs, directMs, rowsRead);
};
