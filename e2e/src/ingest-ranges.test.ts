/** A large file is shared among workers, and the end of one of them costs time and nothing else. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, type JobBody } from './support/api';
import { selectRows } from './support/clickhouse';
import { endOf, enqueue, expectLaws, readJob, upload } from './support/loads';
import { makePeople } from './support/people';
import { type ExtraProcess } from './support/extra-process';
import { createExtraWorker, type LoggedPiece, piecesOf } from './support/worker';
import { toCsv } from './support/write-people';

const ROWS = 12_000;
/** Some twelve ranges of four batches each, one at a time in each worker. */
const SETTINGS = {
  RANGE_BYTES: '98304',
  BATCH_BYTES: '24576',
  INSERT_BYTES: '49152',
  JOB_CONCURRENCY: '1',
  INGEST_THREADS: '1',
};

jest.setTimeout(240_000);

describe('a file that two workers share', () => {
  const file = makePeople({ seed: 21, rows: ROWS });
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let source: string;
  let extra: ExtraProcess;
  let alone: JobBody;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    const home = path.join(folder, 'home');
    stack = await startStack({ home, env: { ...SETTINGS, JOB_HEARTBEAT_TTL_S: '12' } });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    source = await upload(admin, { name: 'shared.csv', content: toCsv(file.people) });
    alone = await endOf(admin, (await enqueue(admin, source, { dataset: 'alone', parallelism: 1 })).body.id);
    extra = createExtraWorker(home, SETTINGS);
    await extra.start();
  });

  afterAll(async () => {
    await extra.kill('SIGKILL');
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  const ownLog = () => path.join(stack.home, 'logs', 'ingest-worker.log');
  const rangesOf = (logFile: string, jobId: string, outcome = 'done'): number[] =>
    piecesOf(logFile)
      .filter((piece: LoggedPiece) => piece.job_id === jobId && piece.piece === 'range')
      .filter((piece) => piece.outcome === outcome)
      .map(({ range }) => range!);

  /** Address → what the record says, as it is stored. */
  const stored = async (dataset: string): Promise<Map<string, string>> => {
    const rows = await selectRows<{ email: string; content: string }>(
      stack.home,
      `SELECT email, toString((phone, first_name, last_name, birth_date, company, city, country, attributes, raw_values)) AS content
FROM record_versions FINAL WHERE dataset = '${dataset}'`,
    );
    expect(new Set(rows.map(({ email }) => email)).size).toBe(rows.length);
    return new Map(rows.map(({ email, content }) => [email, content]));
  };

  const expectAsAlone = async (job: JobBody): Promise<void> => {
    expect([job.state, job.error]).toEqual(['succeeded', null]);
    expectLaws(job);
    expect(job.result).toEqual(alone.result);
    expect(await stored(job.dataset)).toEqual(await stored('alone'));
  };

  it('comes out as it does with one worker alone', async () => {
    expect(alone.state).toBe('succeeded');
    expect(alone.result).toMatchObject({
      rows_read: ROWS,
      rows_rejected: file.rejected,
      records_new: file.distinct,
    });
    expect((await stored('alone')).size).toBe(file.distinct);

    const { body } = await enqueue(admin, source, { dataset: 'shared' });
    await expectAsAlone(await endOf(admin, body.id));
    const [own, other] = [rangesOf(ownLog(), body.id), rangesOf(extra.logFile, body.id)];
    expect(own.length).toBeGreaterThan(0);
    expect(other.length).toBeGreaterThan(0);
    expect([...own, ...other].sort((x, y) => x - y)).toEqual(
      Array.from({ length: own.length + other.length }, (_, range) => range),
    );
  });

  it('is loaded to its end by the one that is left when the other is killed in the middle', async () => {
    const { body } = await enqueue(admin, source, { dataset: 'killed' });
    await eventually(() => expect(rangesOf(extra.logFile, body.id).length).toBeGreaterThan(0), {
      timeoutMs: 60_000,
    });
    await extra.kill('SIGKILL');
    expect((await readJob(admin, body.id)).state).toBe('running');
    const byTheDead = rangesOf(extra.logFile, body.id).length;
    await expectAsAlone(await endOf(admin, body.id, 180_000));
    expect(rangesOf(extra.logFile, body.id)).toHaveLength(byTheDead);
  });
});
