/** What operators see of the services: their metrics, and one request as a trace through all of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeSamplePeople } from '@bigdata/sample-data';
import { eventually, freePort, startStack, type StackProcess } from '@bigdata/testing';
import { createApi, createUser } from './support/api';
import { ROOT, runBigdata } from './support/cli';
import { updatesGenerated } from './support/environment';
import { readFamilies, toMetricsPage } from './support/metrics-page';
import { serviceOf } from './support/stack-file';

const SERVICES = ['gateway', 'query-service', 'admin-service', 'ingest-worker'] as const;
const PAGE = path.join(ROOT, 'docs/metrics.md');
const EMAIL = 'jane.doe@example.com';

interface TraceNode {
  readonly service: string;
  readonly name: string;
  readonly duration_ms: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly TraceNode[];
}

let stack: StackProcess;
let folder: string;
let otlpPort: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
  otlpPort = await freePort();
  stack = await startStack({
    home: path.join(folder, 'home'),
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlpPort}`, TRACE_RATIO: '1' },
  });
}, 180_000);

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

async function trace(...args: string[]): Promise<TraceNode> {
  const run = await runBigdata(stack.home, ['--json', 'trace', ...args, '--listen', String(otlpPort)]);
  if (run.code !== 0) throw new Error(`no trace: ${run.stderr}`);
  return JSON.parse(run.stdout) as TraceNode;
}

/** The one way from the root through spans of these services and names; each may have others around it. */
function follow(root: TraceNode, ...way: readonly (readonly [service: string, name: RegExp])[]): TraceNode[] {
  const [step, ...rest] = way;
  if (!step) return [root];
  const [service, name] = step;
  return root.children.flatMap((child) => [
    ...(child.service === service && name.test(child.name) ? follow(child, ...rest) : []),
    ...follow(child, ...way),
  ]);
}

const scrape = async (service: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${serviceOf(stack.home, service).internal_port}/metrics`)).text();

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** In the order of the file: the query has something to find. */
test('a load is one trace: gateway, job, worker, inserts', async () => {
  const file = path.join(folder, 'people.csv');
  await writeSamplePeople({ path: file, rows: 500, seed: 3 });
  const root = await trace('load', file, '--dataset', 'people', '--country', 'US');
  expect([root.service, root.name]).toEqual(['gateway', 'POST /v1/admin/ingest/jobs']);
  const inserts = follow(
    root,
    ['admin-service', /^POST \/v1\/admin\/ingest\/jobs$/],
    ['admin-service', /^ingest publish$/],
    ['ingest-worker', /^ingest process$/],
    ['ingest-worker', /^piece range$/],
    ['ingest-worker', /^clickhouse INSERT record_versions$/],
  );
  // On a busy machine rows may come so slowly that an insert ends and another begins.
  expect(inserts.length).toBeGreaterThanOrEqual(1);
  for (const { attributes } of inserts) expect(attributes['clickhouse.query_id']).toMatch(UUID);
  for (const piece of ['plan', 'finish']) {
    expect(follow(root, ['ingest-worker', new RegExp(`^piece ${piece}$`)])).toHaveLength(1);
  }
});

test('a query is one trace: gateway, charge, query-service, statement; its log lines carry the same ids', async () => {
  const query = { where: { field: 'email', op: 'eq', value: EMAIL }, limit: 1 };
  const root = await trace('query', JSON.stringify(query));
  expect([root.service, root.name]).toEqual(['gateway', 'POST /v1/query']);
  expect(root.children.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['auth', 'limit', 'charge', 'query-service']),
  );
  const charge = follow(root, ['gateway', /^charge$/], ['admin-service', /reserve/]);
  expect(charge).toHaveLength(1);
  const statements = follow(
    root,
    ['gateway', /^query-service$/],
    ['query-service', /^POST \/v1\/query$/],
    ['query-service', /^clickhouse SELECT$/],
  );
  expect(statements).toHaveLength(1);
  expect(statements[0]!.attributes['clickhouse.query_id']).toMatch(UUID);

  const requestId = root.attributes['bigdata.request_id'];
  const linesOf = (service: string): Record<string, unknown>[] =>
    readFileSync(path.join(stack.home, 'logs', `${service}.log`), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['request_id'] === requestId && line['message'] === 'request');
  const ids = ['gateway', 'query-service'].flatMap((service) =>
    linesOf(service).map((line) => line['trace_id']),
  );
  expect(ids).toEqual([ids[0], ids[0]]);
  expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);

  const told = JSON.stringify(root);
  expect(told).not.toContain(EMAIL);
  expect(told).not.toContain('bd_live_');
});

test('the page of metrics lists what the services export, and all that can be known is there at zero', async () => {
  const admin = createApi(stack.gatewayUrl, stack.adminKey);
  await createUser(admin, 'unmetered', 1);
  const page = await eventually(async () => {
    const texts = await Promise.all(
      SERVICES.map(async (service) => [service, await scrape(service)] as const),
    );
    const families = readFamilies(Object.fromEntries(texts));
    const gateway = texts[0]![1];
    expect(gateway).toMatch(/^gateway_outbox_lost_items_total\{.*outbox="request log".*\} 0$/m);
    expect(gateway).toMatch(/^gateway_limit_decisions_total\{.*by="local".*\} 0$/m);
    expect(gateway).toMatch(/^gateway_credits_total\{.*outcome="kept".*\} [1-9]\d*$/m);
    expect(gateway).toMatch(/^dependency_up\{.*dependency="query-service".*\} 1$/m);
    for (const { name, type } of families) {
      // A counter says that it is one; seconds and bytes are the only units of time and size.
      if (type === 'counter') expect(name).toMatch(/_total$/);
      expect(name).not.toMatch(/_(?:ms|millis|milliseconds|kb|mb)(?:_|$)/);
    }
    return toMetricsPage(families, SERVICES.length);
  });
  if (updatesGenerated()) writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
