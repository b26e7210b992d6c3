/** The built worker as a process, with real ClickHouse and Redis and admin-service's contracts over HTTP. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ClickHouse } from '@bigdata/clickhouse';
import { type Listening } from '@bigdata/platform';
import { createQueue, type JobQueue } from '@bigdata/queue';
import {
  type ClickHouseTestDatabase,
  createClickHouseDatabase,
  eventually,
  freePort,
  openSeverableLink,
  testServers,
} from '@bigdata/testing';
import { createFakeAdmin, type FakeAdmin } from './test-support/fake-admin';
import { serveFakeAdmin } from './test-support/fake-admin-server';
import { openTestTables } from './test-support/ingest-bench';
import { createRecordingLogger } from './test-support/recording-logger';

/** Real servers on a machine that may be busy with other things. */
jest.setTimeout(120_000);

const DIST = path.join(__dirname, '../../../dist/ingest-worker');
const IDENTITY_SECRET = randomBytes(24).toString('hex');
/** A Redis database of this file's own: the queue of the built worker has no other prefix than the real one. */
const REDIS_DATABASE = '/11';

let database: ClickHouseTestDatabase;
let clickhouse: ClickHouse;
let select: <T>(query: string) => Promise<T[]>;
let admin: FakeAdmin;
let adminServer: Listening;
let queue: JobQueue<'ingest'>;
let folder: string;
let workers: ChildProcess[] = [];
let environment: Record<string, string>;

beforeAll(async () => {
  database = await createClickHouseDatabase();
  ({ clickhouse, select } = await openTestTables(database));
  admin = createFakeAdmin();
  adminServer = await serveFakeAdmin(admin, IDENTITY_SECRET);
  const redisUrl = testServers().redisUrl.replace(/\/?$/, REDIS_DATABASE);
  queue = createQueue({ name: 'ingest', redisUrl, logger: createRecordingLogger() });
  await eventually(() => queue.ping());
  folder = mkdtempSync(path.join(tmpdir(), 'ingest-app-'));
  environment = {
    LOG_LEVEL: 'warn',
    SERVICE_IDENTITY_SECRET: IDENTITY_SECRET,
    CLICKHOUSE_URL: database.url,
    CLICKHOUSE_DATABASE: database.database,
    ...(database.cluster !== null && { CLICKHOUSE_CLUSTER: database.cluster }),
    REDIS_URL: redisUrl,
    ADMIN_SERVICE_URL: `http://127.0.0.1:${adminServer.port}`,
    INBOX_DIR: folder,
    INGEST_FILE_ROOTS: folder,
    BATCH_BYTES: '65536',
  };
});
afterEach(async () => {
  for (const worker of workers) await stop(worker, 'SIGKILL');
  workers = [];
});
afterAll(async () => {
  await queue.close();
  await adminServer.close();
  await clickhouse.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

interface Worker {
  readonly process: ChildProcess;
  readonly url: string;
}

async function startWorker(overrides: Record<string, string> = {}): Promise<Worker> {
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(DIST, 'main.js')], {
    cwd: folder,
    env: { ...environment, INTERNAL_PORT: String(port), ...overrides },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  workers.push(child);
  return { process: child, url: `http://127.0.0.1:${port}` };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return await exited;
}

interface Readiness {
  status: number;
  checks: Record<string, string>;
}

async function readiness({ url }: Worker): Promise<Readiness> {
  const answer = await fetch(`${url}/readyz`);
  const { checks } = (await answer.json()) as { checks: Record<string, string> };
  return { status: answer.status, checks };
}

const ROWS = 30_000;
/** 25,000 users, of whom 25 stand only in rows with a field too many. */
const RECORDS = 24_975;
const csv = (): string => {
  const rows = Array.from(
    { length: ROWS },
    (_, row) =>
      `user${row % 25_000}@example.com,User ${row},"Company, ${row % 100}"${row % 1_000 === 999 ? ',x' : ''}\n`,
  );
  return `email,name,company\n${rows.join('')}`;
};

test('a worker killed in mid-file and started again loads exactly the right rows and counts', async () => {
  writeFileSync(path.join(folder, 'big.csv'), csv());
  const job = admin.createJob({ source: `file://${path.join(folder, 'big.csv')}`, dataset: 'killed' });
  const first = await startWorker();
  const exited = once(first.process, 'exit');
  const { advance } = admin;
  // From where its progress arrives: whoever watched it from outside might come when all is done.
  const killing = jest.spyOn(admin, 'advance').mockImplementation(async (piece, step) => {
    await advance(piece, step);
    if (step.checkpoint.batch >= 3) first.process.kill('SIGKILL');
  });
  await queue.add([{ id: job.work.id, data: { jobId: job.work.id } }]);
  await exited;
  killing.mockRestore();
  expect(job.state).toBe('running');

  await startWorker();
  // What admin-service does for a job without a sign of life, under an id that the dead worker's lock leaves free.
  admin.giveUp(job.work.id);
  await queue.add([{ id: `${job.work.id}-again`, data: { jobId: job.work.id } }]);
  await eventually(() => expect(job.state).not.toBe('running'), { timeoutMs: 60_000 });
  expect(job).toMatchObject({
    state: 'succeeded',
    ranges: [{ attempt: 2 }],
    result: {
      rows_read: ROWS,
      rows_rejected: 30,
      rows_loaded: ROWS - 30,
      records_new: RECORDS,
      records_merged: ROWS - 30 - RECORDS,
    },
  });
  const [counts] = await select(
    `SELECT count() AS records, uniqExact(email) AS emails, countIf(ingest_id = '${job.work.id}') AS mine
     FROM record_versions FINAL WHERE dataset = 'killed'`,
  );
  expect(counts).toEqual({ records: RECORDS, emails: RECORDS, mine: RECORDS });
  const [rejects] = await select(
    `SELECT count() AS n, uniqExact(byte_offset) AS places FROM ingest_rejects FINAL WHERE job_id = '${job.work.id}'`,
  );
  expect(rejects).toEqual({ n: 30, places: 30 });
});

test('a worker starts with every server away, says so, and takes up work once they are back', async () => {
  const links = {
    CLICKHOUSE_URL: await openSeverableLink(database.url),
    REDIS_URL: await openSeverableLink(environment['REDIS_URL'] ?? ''),
    ADMIN_SERVICE_URL: await openSeverableLink(environment['ADMIN_SERVICE_URL'] ?? ''),
  };
  try {
    for (const link of Object.values(links)) await link.sever();
    const worker = await startWorker(
      Object.fromEntries(Object.entries(links).map(([name, link]) => [name, link.url])),
    );
    const away = await eventually(() => readiness(worker), { timeoutMs: 20_000 });
    expect(away.status).toBe(503);
    expect(Object.keys(away.checks).sort()).toEqual(['admin', 'clickhouse', 'redis']);
    expect(Object.values(away.checks)).not.toContain('ok');

    for (const link of Object.values(links)) await link.mend();
    await eventually(async () => expect((await readiness(worker)).status).toBe(200), { timeoutMs: 20_000 });
    writeFileSync(path.join(folder, 'small.csv'), 'email\nback@example.com\n');
    const job = admin.createJob({ source: 'inbox://small.csv', dataset: 'back' });
    await queue.add([{ id: job.work.id, data: { jobId: job.work.id } }]);
    await eventually(() => expect(job.result).toMatchObject({ records_new: 1 }), { timeoutMs: 20_000 });
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    expect(metrics).toMatch(/ingest_rows_total\{outcome="loaded".*\} 1\n/);
    expect(metrics).toMatch(/ingest_pieces_total\{kind="finish",outcome="done".*\} 1\n/);
    expect(metrics).toMatch(/ingest_insert_duration_seconds_count\{.*table="records".*\} 1\n/);
    expect(await stop(worker.process, 'SIGTERM')).toBe(0);
  } finally {
    for (const link of Object.values(links)) await link.close();
  }
});

test('migrate creates the database, applies what is pending once, tells its state, and verifies it', async () => {
  const name = `${database.database}_new`;
  const migrate = (...args: string[]): string =>
    execFileSync(process.execPath, [path.join(DIST, 'migrate.js'), ...args], {
      cwd: folder,
      env: { ...environment, CLICKHOUSE_DATABASE: name },
      encoding: 'utf8',
      stdio: 'pipe',
    });
  try {
    const pending = expect.objectContaining({ status: 1 }) as Error;
    expect(() => migrate('verify')).toThrow(pending);
    expect(migrate('status')).toMatch(/^0001 {2}pending {2}records$/m);
    expect(() => migrate('verify')).toThrow(pending);
    const up = JSON.parse(migrate('up', '--json')) as { migrations: { applied: boolean }[] };
    expect(up.migrations.every(({ applied }) => applied)).toBe(true);
    expect(migrate('verify')).toMatch(/^0001 {2}applied {2}records$/m);
    expect(migrate('up')).toMatch(/^0001 {2}applied {2}records$/m);
    expect(await select(`SELECT count() AS n FROM ${name}.record_versions`)).toEqual([{ n: 0 }]);
    expect(() => migrate('sideways')).toThrow(expect.objectContaining({ status: 1 }) as Error);
  } finally {
    await clickhouse.client.command({ query: `DROP DATABASE IF EXISTS ${name}` });
  }
});
