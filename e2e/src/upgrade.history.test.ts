/**
 * A rolling upgrade from the version before, step by step in the order of docs/adr/0081, and back. After each step
 * services of both versions speak with each other over one schema, and everything that a user does goes on.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type QueryBody } from './support/api';
import { environmentOf } from './support/environment';
import { createExtraGateway, type ExtraGateway } from './support/gateway';
import { readLedger, sumOf } from './support/ledger';
import { load } from './support/loads';
import { readStackFile } from './support/stack-file';
import { prepareVersions, type Service, type Version, type Versions } from './support/versions';
import { createExtraWorker } from './support/worker';

const run = promisify(execFile);
const CREDITS = 1_000;
const FIRST_PHONE = 4_155_550_100;

jest.setTimeout(120_000);

let folder: string;
let versions: Versions;
let stack: StackProcess;
let admin: Api;
let user: { id: string; apiKey: string };
let charged = 0;
let steps = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
  versions = prepareVersions(folder);
  stack = await startStack({ home: path.join(folder, 'home'), env: { BIGDATA_DIST: versions.dist } });
  admin = createApi(stack.gatewayUrl, stack.adminKey);
  user = await createUser(admin, 'reader', CREDITS);
}, 180_000);

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

async function change(services: readonly Service[], version: Version): Promise<void> {
  for (const service of services) {
    versions.use(service, version);
    await stack.restart(service);
  }
}

async function migrate(service: 'admin-service' | 'ingest-worker', version: Version): Promise<void> {
  const { services: _, ...stores } = readStackFile(stack.home);
  const script = path.join(versions.folderOf(service, version), 'migrate.js');
  await run(process.execPath, [script, 'up'], { env: { ...environmentOf(stack.home), ...stores } });
}

/** Of one gateway: a query that is charged, whichever version each service has. */
async function queryAt(gatewayUrl: string): Promise<number> {
  const { status, headers, body } = await createApi(gatewayUrl, user.apiKey).post<QueryBody>('/v1/query', {
    where: { field: 'dataset', op: 'eq', value: 'people' },
    count: 'exact',
    limit: 3,
  });
  expect([status, body]).toEqual([200, expect.anything()]);
  charged += Number(headers.get('x-credits-charged'));
  expect(headers.get('x-credits-remaining')).toBe(String(CREDITS - charged));
  return body.count?.value ?? -1;
}

/** What users, admins and operators do. Each step brings a person of its own. */
async function everythingWorks(): Promise<void> {
  steps += 1;
  const [email, phone] = [`step${steps}@example.com`, `+1${FIRST_PHONE + steps}`];
  const job = await load(
    admin,
    {
      name: `step-${steps}.csv`,
      content: `email,phone,full_name\n${email},${phone},Jane Step\nx,,,,too many\n`,
    },
    { dataset: 'people', country: 'US' },
  );
  expect([job.state, job.result]).toMatchObject([
    'succeeded',
    { rows_loaded: 1, rows_rejected: 1, records_new: 1 },
  ]);
  expect(await queryAt(stack.gatewayUrl)).toBe(steps);

  const reader = createApi(stack.gatewayUrl, user.apiKey);
  const lookup = await reader.post<{ data: { found: boolean }[] }>('/v1/lookup', { emails: [email] });
  expect([lookup.status, lookup.body.data[0]?.found]).toEqual([200, true]);
  charged += Number(lookup.headers.get('x-credits-charged'));
  const streamed = await reader.text('/v1/query', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    body: JSON.stringify({ where: { field: 'phone', op: 'eq', value: phone } }),
  });
  expect(streamed.trim().split('\n')).toHaveLength(1);
  charged += 1;
  const stats = await reader.get<{ records: number }>('/v1/stats');
  expect([stats.status, stats.body.records]).toEqual([200, steps]);
  charged += Number(stats.headers.get('x-credits-charged'));

  const other = await createUser(admin, `user-${steps}`, 1);
  const limited = await createApi(stack.gatewayUrl, other.apiKey).post('/v1/query', { limit: 1 });
  expect(limited.status).toBe(200);
  await eventually(async () => {
    const entries = await readLedger(admin, user.id);
    expect(sumOf(entries)).toBe(CREDITS - charged);
    const logged = await admin.get<{ data: unknown[] }>(`/v1/admin/logs?user_id=${other.id}`);
    expect(logged.body.data).toHaveLength(1);
  });
}

test('the version before, as it is installed', () => everythingWorks());

test('its services over the schema of the new one', async () => {
  await migrate('admin-service', 'new');
  await migrate('ingest-worker', 'new');
  await everythingWorks();
});

test('admin-service first', async () => {
  await change(['admin-service'], 'new');
  await everythingWorks();
});

test('then query-service and ingest-worker, one beside an old worker', async () => {
  await change(['query-service', 'ingest-worker'], 'new');
  const oldWorker = createExtraWorker(stack.home, {}, versions.folderOf('ingest-worker', 'old'));
  await oldWorker.start();
  try {
    await everythingWorks();
    // Whoever is the first to ask has it: both get some.
    await Promise.all(Array.from({ length: 6 }, () => everythingWorksForOneLoad()));
  } finally {
    await oldWorker.kill('SIGTERM');
  }
});

test('then the gateways, a new one beside an old one', async () => {
  const added: ExtraGateway = await createExtraGateway(
    stack.home,
    'new-gateway',
    {},
    versions.folderOf('gateway', 'new'),
  );
  await added.start();
  try {
    for (let times = 0; times < 5; times += 1) {
      expect(await queryAt(stack.gatewayUrl)).toBe(steps);
      expect(await queryAt(added.url)).toBe(steps);
    }
  } finally {
    await added.kill('SIGTERM');
  }
  await change(['gateway'], 'new');
  await everythingWorks();
});

test('and back, in the order reversed, over the schema of the new one', async () => {
  await change(['gateway'], 'old');
  await everythingWorks();
  await change(['query-service', 'ingest-worker'], 'old');
  await everythingWorks();
  await change(['admin-service'], 'old');
  await everythingWorks();
});

async function everythingWorksForOneLoad(): Promise<void> {
  steps += 1;
  const number = steps;
  const content = `email,full_name\nstep${number}@example.com,Jane Step\n`;
  const job = await load(admin, { name: `more-${number}.csv`, content }, { dataset: 'people' });
  expect([job.state, job.result?.records_new]).toEqual(['succeeded', 1]);
}
