/**
 * Pages of the request log through gateway and admin-service, beside the same statements straight to PostgreSQL, over a
 * month of entries; and how admin-service takes further entries when so many are there.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark, type BenchmarkResult, type Figure } from '../benchmark';
import { createGatewayCalls, type GatewayCalls } from '../charges/gateway-calls';
import { readStackOf } from '../charges/stack-of';
import { type ProductProcess, startProduct } from '../ingest/product-process';
import { type Gateway, openGateway } from '../query/ask-gateway';
import { percentile, rounded } from '../query/query-report';
import { describeMachine } from '../system/machine';
import { type LogTable, openLogTable } from './direct/log-table';
import { type LogQuestion, logQuestions, PAGE_ROWS } from './log-questions';

const ROWS = 1_000_000;
const ROUNDS = 50;
const WARM_UP_ROUNDS = 5;
/** Pages that are passed before the deep ones are measured. */
const PAGES_PASSED = 300;
const BATCH_ENTRIES = 1_000;

type Logs = {
  readonly page: (query: Readonly<Record<string, string>>) => Promise<LogPage>;
};
type LogPage = {
  readonly data: readonly unknown[];
  readonly page: { readonly next_cursor: string | null };
};

const logsOf = (gateway: Gateway): Logs => ({
  page: async (query) => {
    const search = new URLSearchParams({ ...query, limit: String(PAGE_ROWS) });
    return JSON.parse(await gateway.ask('GET', `/v1/admin/logs?${search.toString()}`)) as LogPage;
  },
});

type Times = { readonly productMs: number[]; readonly directMs: number[]; readonly found: number };

export const benchLogs: Benchmark = async ({ rows = ROWS, env, progress }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-bench-'));
  let product: ProductProcess | undefined;
  let calls: GatewayCalls | undefined;
  let gateway: Gateway | undefined;
  let table: LogTable | undefined;
  try {
    progress('starting the services');
    const home = path.join(folder, 'home');
    product = await startProduct(home, env);
    const stack = readStackOf(home);
    calls = createGatewayCalls(stack);
    gateway = openGateway(product.gatewayUrl, product.adminKey);
    const logs = logsOf(gateway);
    table = openLogTable(stack.databaseUrl);
    await table.fill(rows, progress);
    const times = new Map<string, Times>();
    for (const question of logQuestions(rows, Date.now())) {
      progress(`asking: ${question.name}`);
      times.set(question.name, await ask(question, logs, table));
    }
    progress('turning pages');
    times.set('deep_page', await turnPages(logs, table));
    progress('writing');
    const appendMs = await append(calls);
    return report(rows, times, appendMs, await table.mbOnDisk());
  } finally {
    await table?.close();
    gateway?.close();
    calls?.close();
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const ask = async (question: LogQuestion, logs: Logs, table: LogTable): Promise<Times> => {
  const { query, condition, values } = question;
  const productMs: number[] = [];
  const directMs: number[] = [];
  let found = 0;
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    const page = await logs.page(query);
    const halfMs = performance.now();
    const direct = await table.count({ condition, values, limit: PAGE_ROWS + 1 });
    const endMs = performance.now();
    found = page.data.length;
    if (found !== Math.min(direct, PAGE_ROWS)) {
      throw new Error(`${question.name}: ${found} entries, directly ${direct}`);
    }
    if (round < 0) continue;
    productMs.push(halfMs - startMs);
    directMs.push(endMs - halfMs);
  }
  return { productMs, directMs, found };
};

/** The pages after the first `PAGES_PASSED`, beside the statement that skips as many entries. */
const turnPages = async (logs: Logs, table: LogTable): Promise<Times> => {
  const productMs: number[] = [];
  const directMs: number[] = [];
  let cursor: string | null = null;
  let found = 0;
  for (let page = 0; page < PAGES_PASSED + ROUNDS; page += 1) {
    const startMs = performance.now();
    const answer: LogPage = await logs.page(cursor === null ? {} : { cursor });
    const elapsedMs = performance.now() - startMs;
    cursor = answer.page.next_cursor;
    if (cursor === null) break;
    if (page < PAGES_PASSED) continue;
    found = answer.data.length;
    productMs.push(elapsedMs);
    const directFromMs = performance.now();
    const skip = page * PAGE_ROWS;
    await table.count({ condition: 'true', values: [], limit: PAGE_ROWS + 1, skip });
    directMs.push(performance.now() - directFromMs);
  }
  return { productMs, directMs, found };
};

/** @returns the time of each batch as gateways send it */
const append = async (calls: GatewayCalls): Promise<number[]> => {
  const timesMs: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const entries = Array.from({ length: BATCH_ENTRIES }, (_, index) => ({
      ...{ entry_id: randomUUID(), request_id: randomUUID(), user_id: null, key_id: null },
      ...{ method: 'POST', route: '/v1/query', status: 401, code: 'invalid_api_key' as const },
      ...{ latency_ms: index, latency_parts_ms: {}, credits: 0, rows: 0, bytes: 100, shape: null },
      created_at: new Date().toISOString(),
    }));
    const startMs = performance.now();
    await calls.recordRequests(entries);
    if (round >= 0) timesMs.push(performance.now() - startMs);
  }
  return timesMs;
};

const report = (
  rows: number,
  times: ReadonlyMap<string, Times>,
  appendMs: number[],
  mb: number,
): BenchmarkResult => {
  const figuresOf = ({ productMs, directMs, found }: Times) => {
    // A log with fewer pages than are passed has no deep ones.
    if (productMs.length === 0) return { p50_ms: null, p99_ms: null, direct_p50_ms: null, entries: found };
    const [p50, p99, direct] = [
      percentile(productMs, 0.5),
      percentile(productMs, 0.99),
      percentile(directMs, 0.5),
    ];
    return { p50_ms: rounded(p50), p99_ms: rounded(p99), direct_p50_ms: rounded(direct), entries: found };
  };
  const cases = new Map([...times].map(([name, measured]) => [name, figuresOf(measured)]));
  const entriesPerS = Math.round((BATCH_ENTRIES / percentile(appendMs, 0.5)) * 1_000);
  const figures: Record<string, Figure> = {
    ...{ rows, ...describeMachine() },
    ...Object.fromEntries(cases),
    ...{ append_entries_per_s: entriesPerS, mb_on_disk: mb },
  };
  return {
    figures,
    tables: [
      {
        head: [
          `${rows.toLocaleString('en-US')} entries`,
          'p50 ms',
          'p99 ms',
          'direct p50 ms',
          'entries found',
        ],
        rows: [...cases].map(([name, { p50_ms, p99_ms, direct_p50_ms, entries }]) => [
          name,
          ...[p50_ms, p99_ms, direct_p50_ms, entries].map((figure) => String(figure ?? '–')),
        ]),
      },
      {
        head: ['appended per s', 'MB on disk'],
        rows: [[entriesPerS.toLocaleString('en-US'), String(mb)]],
      },
    ],
  };
};
