/** Loads go through while their processes die: none is lost, no row is lost, none counts twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type JobBody } from './support/api';
import { selectRows } from './support/clickhouse';
import { faultSettings } from './support/environment';
import { type ExtraProcess } from './support/extra-process';
import { addressesOf, type EndedLoad, expectedCounts, makeLoads, mergeLoads } from './support/fault-loads';
import { faultsInTurn, loseRedis } from './support/faults';
import { endOf, expectLaws, load, loadDespiteOutages } from './support/loads';
import { COLUMNS, type Person } from './support/people';
import { createRandom } from './support/random';
import { readRecords, type RecordBody } from './support/records';
import { createExtraWorker } from './support/worker';

const { loads: LOADS, seed: SEED } = faultSettings();
const HEARTBEAT_TTL_S = 8;
const LOADS_A_FAULT = 4;
/** The others move into the base while loads run. */
const LOADS_KEPT_APART = 8;
/** A killed worker's entries in the queue rest for up to a minute. */
const LAST_JOB_MS = 180_000;
const SETTINGS = { RANGE_BYTES: '16384', BATCH_BYTES: '4096', INSERT_BYTES: '8192', INGEST_THREADS: '1' };

jest.setTimeout(600_000);

const toPerson = (record: RecordBody): Person => {
  const said = { ...record, ...(record['attributes'] as object | null) } as RecordBody;
  return Object.fromEntries(COLUMNS.map((column) => [column, said[column] ?? ''])) as Person;
};

describe(`faults of seed ${SEED} (FAULT_SEED) over ${LOADS} loads (FAULT_LOADS)`, () => {
  const random = createRandom(SEED);
  const ended: EndedLoad[] = [];
  const happened: string[] = [];
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let reader: Api;
  let extra: ExtraProcess;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    const home = path.join(folder, 'home');
    const env = {
      ...SETTINGS,
      JOB_HEARTBEAT_TTL_S: String(HEARTBEAT_TTL_S),
      UNDO_LOADS_MAX: String(LOADS_KEPT_APART),
    };
    stack = await startStack({ home, env });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    reader = createApi(stack.gatewayUrl, (await createUser(admin, 'fault-reader', 1_000)).apiKey);
    extra = createExtraWorker(home, SETTINGS);
    await extra.start();

    const left = makeLoads(LOADS, random);
    const made: Promise<EndedLoad>[] = [];
    const faults = faultsInTurn({ stack, extra, random, heartbeatTtlMs: HEARTBEAT_TTL_S * 1_000 });
    while (left.length > 0) {
      const ids = left.splice(0, LOADS_A_FAULT).map(async (file) => ({
        load: file,
        id: await loadDespiteOutages(admin, file, { dataset: file.dataset }),
      }));
      const fault = faults.next().value;
      happened.push(fault.name);
      const [jobs] = await Promise.all([Promise.all(ids), fault.happen()]);
      for (const { load: file, id } of jobs) {
        made.push(endOf(admin, id, LAST_JOB_MS).then((job) => ({ load: file, job })));
      }
    }
    ended.push(...(await Promise.all(made)));
    await eventually(
      async () => {
        const sealed = (await listJobs()).filter(({ sealed_at: sealedAt }) => sealedAt !== null);
        expect(sealed).toHaveLength(Math.max(0, LOADS - LOADS_KEPT_APART));
      },
      { timeoutMs: LAST_JOB_MS, intervalMs: 500 },
    );
  });

  afterAll(async () => {
    await extra.kill('SIGKILL');
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  const listJobs = async (): Promise<JobBody[]> =>
    (await admin.get<{ data: JobBody[] }>('/v1/admin/ingest/jobs?limit=1000')).body.data;
  const datasets = () => [...new Set(ended.map(({ load: { dataset } }) => dataset))];
  const model = (dataset: string) =>
    mergeLoads(ended.filter(({ load: { dataset: own } }) => own === dataset));

  it('every job succeeds with exactly its counts, and there is none too many', async () => {
    const expected = expectedCounts(ended);
    for (const { job } of ended) {
      expect([job.source, job.state, job.error, happened]).toEqual([job.source, 'succeeded', null, happened]);
      expectLaws(job);
      expect({ source: job.source, ...job.result }).toMatchObject({
        source: job.source,
        ...expected.get(job.id),
      });
    }
    expect(await listJobs()).toHaveLength(LOADS);
  });

  it('what the jobs call new adds up to the records that there are', async () => {
    for (const dataset of datasets()) {
      const own = ended.filter(({ job }) => job.dataset === dataset);
      const sum = own.reduce((total, { job }) => total + job.result!.records_new, 0);
      expect([dataset, sum]).toEqual([dataset, model(dataset).size]);
      const query = `SELECT count() AS records FROM record_versions FINAL WHERE dataset = '${dataset}'`;
      expect(await selectRows(stack.home, query)).toEqual([{ records: sum }]);
    }
  });

  it('every record says what the last word on each of its fields was', async () => {
    for (const dataset of datasets()) {
      const records = (await readRecords(reader, dataset)).map(toPerson);
      expect(records).toEqual([...model(dataset).values()].sort((a, b) => (a.email < b.email ? -1 : 1)));
    }
  });

  it('of no load a row is missing or there twice, and of no job a reject', async () => {
    const query =
      'SELECT load, uniqExact(dedupe_key) AS keys FROM record_versions WHERE load > 0 GROUP BY load ORDER BY load';
    const apart = (await listJobs()).filter(({ sealed_at: sealedAt }) => sealedAt === null);
    const keys = new Map(ended.map(({ load: file, job }) => [job.id, addressesOf(file).size]));
    const expected = apart.map(({ id, load_number: number }) => ({ load: number, keys: keys.get(id) }));
    expect(await selectRows(stack.home, query)).toEqual(expected.sort((a, b) => a.load - b.load));
    const rejects = await selectRows<{ id: string; rows: number }>(
      stack.home,
      'SELECT toString(job_id) AS id, count() AS rows FROM ingest_rejects FINAL GROUP BY job_id',
    );
    const rejected = new Map(rejects.map(({ id, rows }) => [id, rows]));
    for (const { job } of ended) {
      expect([job.source, rejected.get(job.id) ?? 0]).toEqual([job.source, job.result!.rows_rejected]);
    }
  });

  it('a Redis that loses everything loses no job that waits', async () => {
    await Promise.all([stack.kill('ingest-worker', 'SIGKILL'), extra.kill('SIGKILL')]);
    const files = makeLoads(6, random).map((file) => ({ ...file, name: `waiting-${file.name}` }));
    const ids = await Promise.all(
      files.map((file) => loadDespiteOutages(admin, file, { dataset: 'waiting' })),
    );
    await loseRedis(stack);
    await stack.restart('ingest-worker');
    for (const [index, id] of ids.entries()) {
      const job = await endOf(admin, id, LAST_JOB_MS);
      expect([job.state, job.result?.rows_read]).toEqual(['succeeded', files[index]!.people.length]);
      expectLaws(job);
    }
    const last = await load(
      admin,
      { name: 'last.csv', content: 'email\nlast@example.com\n' },
      { dataset: 'last' },
    );
    expect(last.state).toBe('succeeded');
  });
});
