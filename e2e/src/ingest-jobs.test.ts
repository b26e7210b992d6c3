/** What an admin can do to a load: take it back, stop it, run it again, watch it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type JobBody, type ProblemBody } from './support/api';
import { followJob } from './support/events';
import { endOf, enqueue, expectLaws, load, readJob, undo, upload } from './support/loads';
import { makePeople, type PeopleFile } from './support/people';
import { contentOf, readRecords } from './support/records';
import { toCsv } from './support/write-people';

jest.setTimeout(180_000);

describe('a load', () => {
  /** The two tell of many of the same people. */
  const a = makePeople({ seed: 1, rows: 400 });
  const b = makePeople({ seed: 2, rows: 600 });
  /** More than what a plan looks at. */
  const more = makePeople({ seed: 4, rows: 5_000 });
  const many = makePeople({ seed: 5, rows: 30_000 });
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let reader: Api;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    // Many batches, so that a job can be met in its middle.
    stack = await startStack({
      home: path.join(folder, 'home'),
      env: { BATCH_BYTES: '16384', INSERT_BYTES: '32768' },
    });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    reader = createApi(stack.gatewayUrl, (await createUser(admin, 'job-reader', 1_000)).apiKey);
  });

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  const loaded = async (name: string, { people }: PeopleFile, dataset: string): Promise<JobBody> => {
    const job = await load(admin, { name, content: toCsv(people) }, { dataset });
    expect([job.state, job.error]).toEqual(['succeeded', null]);
    expectLaws(job);
    return job;
  };

  const change = (id: string, what: 'cancel' | 'retry') =>
    admin.post<JobBody & ProblemBody>(`/v1/admin/ingest/jobs/${id}/${what}`, {});

  const started = async (name: string, file: PeopleFile, dataset: string): Promise<string> => {
    const source = await upload(admin, { name, content: toCsv(file.people) });
    const { body } = await enqueue(admin, source, { dataset });
    await eventually(
      async () => expect((await readJob(admin, body.id)).progress.rows_read).toBeGreaterThan(0),
      { timeoutMs: 60_000 },
    );
    return body.id;
  };

  it('that is undone leaves exactly what was there before it, however often it is asked for', async () => {
    await loaded('a.csv', a, 'later');
    const before = await readRecords(reader, 'later');
    expect(before).toHaveLength(a.distinct);
    const second = await loaded('b.csv', b, 'later');
    expect(second.result).toMatchObject({ records_new: b.distinct - a.distinct });
    expect(await readRecords(reader, 'later')).not.toEqual(before);

    await undo(admin, second.id);
    expect(await readRecords(reader, 'later')).toEqual(before);
    expect((await undo(admin, second.id)).undo).toEqual((await readJob(admin, second.id)).undo);
    expect(await readRecords(reader, 'later')).toEqual(before);
  });

  it('that is undone leaves what a later one told of the same people', async () => {
    const first = await loaded('a-first.csv', a, 'earlier');
    await loaded('b-second.csv', b, 'earlier');
    await loaded('b-alone.csv', b, 'alone');
    await undo(admin, first.id);
    const alone = await readRecords(reader, 'alone');
    expect((await readRecords(reader, 'earlier')).map(contentOf)).toEqual(alone.map(contentOf));
  });

  it('that was undone may come again without being forced', async () => {
    const first = await loaded('twice.csv', a, 'twice');
    await undo(admin, first.id);
    expect(await readRecords(reader, 'twice')).toEqual([]);
    const second = await loaded('twice.csv', a, 'twice');
    expect(second.result).toEqual(first.result);
    expect(await readRecords(reader, 'twice')).toHaveLength(a.distinct);
  });

  it('that is cancelled stops, and run again goes on to the same end as if it had not been', async () => {
    const id = await started('many.csv', many, 'stopped');
    const { status, body } = await change(id, 'cancel');
    expect([status, body.state, body.result]).toEqual([200, 'cancelled', null]);
    expect(body.progress.rows_read).toBeLessThan(many.people.length);
    expect((await change(id, 'cancel')).status).toBe(409);

    const again = await change(id, 'retry');
    expect([again.status, again.body.id, again.body.attempts]).toEqual([200, id, 2]);
    const job = await endOf(admin, id);
    expect([job.state, job.error]).toEqual(['succeeded', null]);
    expectLaws(job);
    expect(job.result).toMatchObject({
      rows_read: many.people.length,
      rows_rejected: many.rejected,
      records_new: many.distinct,
    });
    expect((await change(id, 'retry')).status).toBe(409);
  });

  it('that is cancelled and undone leaves nothing behind', async () => {
    const id = await started('many-2.csv', many, 'stopped-undone');
    expect((await change(id, 'cancel')).status).toBe(200);
    await undo(admin, id);
    expect(await readRecords(reader, 'stopped-undone')).toEqual([]);
  });

  it.each([
    ['breaks off', (whole: Buffer) => whole.subarray(0, whole.length - 1_000), 'truncated_archive'],
    ['is empty', () => Buffer.alloc(0), 'empty_file'],
  ] as const)(
    'of a file that %s succeeds as the same job once the file is mended',
    async (how, spoil, code) => {
      const name = `${how.replaceAll(' ', '-')}.csv.gz`;
      const whole = gzipSync(toCsv(more.people));
      const failed = await load(
        admin,
        { name, content: Uint8Array.from(spoil(whole)) },
        { dataset: name.slice(0, 6) },
      );
      expect([failed.state, failed.error?.code]).toEqual(['failed', code]);

      const source = await upload(admin, { name, content: Uint8Array.from(whole) });
      expect((await change(failed.id, 'retry')).status).toBe(200);
      const job = await endOf(admin, failed.id);
      expect([job.state, job.error, job.attempts]).toEqual(['succeeded', null, 2]);
      expectLaws(job);
      expect(job.result).toMatchObject({ rows_read: more.people.length, records_new: more.distinct });
      expect(await readRecords(reader, failed.dataset)).toHaveLength(more.distinct);
      // What counts as loaded is the mended content.
      expect((await enqueue(admin, source, { dataset: failed.dataset })).status).toBe(409);
    },
  );

  it('that runs again with a mended file shows no rejects of the broken one', async () => {
    const content = (rows: number) => `email\n${'" "x\n'.repeat(rows)}some@example.com\n`;
    const strict = { dataset: 'rejected', max_reject_ratio: 0.1 };
    const failed = await load(admin, { name: 'rejected.csv', content: content(3) }, strict);
    expect([failed.state, failed.error?.code]).toEqual(['failed', 'too_many_rejects']);
    const rejects = async () =>
      (await admin.get<{ data: unknown[] }>(`/v1/admin/ingest/jobs/${failed.id}/rejects`)).body.data;
    expect(await rejects()).toHaveLength(3);

    await upload(admin, { name: 'rejected.csv', content: content(0) });
    expect((await change(failed.id, 'retry')).status).toBe(200);
    const job = await endOf(admin, failed.id);
    expect([job.state, job.result?.rows_rejected]).toEqual(['succeeded', 0]);
    expect(await rejects()).toEqual([]);
  });

  it('can be watched until its end', async () => {
    const source = await upload(admin, { name: 'watched.csv', content: toCsv(b.people) });
    const { body } = await enqueue(admin, source, { dataset: 'watched' });
    const events = await followJob(admin, body.id);
    expect(events.map(({ event }) => event)).toEqual([...events.slice(1).map(() => 'progress'), 'end']);
    expect(events.length).toBeGreaterThan(1);
    const rows = events.map(({ data }) => data.progress.rows_read);
    expect(rows).toEqual([...rows].sort((x, y) => x - y));
    expect(events.at(-1)!.data).toEqual(await readJob(admin, body.id));
    expect(events.at(-1)!.data.state).toBe('succeeded');
  });
});
