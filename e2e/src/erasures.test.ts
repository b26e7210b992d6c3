/** An erased person is in no answer, in no later load, and then in no file of any store. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type JobBody, type QueryBody } from './support/api';
import { runBigdata } from './support/cli';
import { runStatement, storedTable } from './support/clickhouse';
import { expectLaws, load } from './support/loads';

jest.setTimeout(240_000);

/** In no other text of the stack. */
const CANARY = 'qzcanaryzq';
const HEADER = 'email,phone,full_name,city\n';

interface Receipt {
  readonly id: string;
  readonly state: string;
  readonly subject: { kind: string; hash: string };
  readonly suppressed_at: string | null;
  readonly deleted_at: string | null;
  readonly counts: { records: number; record_versions: number; rejects: number } | null;
}

describe('erasing a person', () => {
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let user: Api;
  let withReject: JobBody;
  let receipt: Receipt;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    stack = await startStack({ home: path.join(folder, 'home') });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    user = createApi(stack.gatewayUrl, (await createUser(admin, 'reader', 100)).apiKey);
    // Values stand in the files as they are, so that reading the files tells whether they are there.
    for (const name of ['record_versions', 'record_lookups', 'ingest_rejects']) {
      const table = storedTable(stack.home, name);
      // And nobody waits some minutes for the files of replaced parts to go.
      const settings =
        "default_compression_codec = 'NONE', cleanup_delay_period = 0, max_cleanup_delay_period = 1, cleanup_delay_period_random_add = 0";
      await runStatement(stack.home, `ALTER TABLE ${table} MODIFY SETTING ${settings}`);
      await runStatement(stack.home, `DETACH TABLE ${table}`);
      await runStatement(stack.home, `ATTACH TABLE ${table}`);
    }
    const options = { dataset: 'people', country: 'US' };
    const first = `${HEADER}${CANARY}@gmail.com,(415) 555-0132,Jane ${CANARY},Reno\njohn@example.com,,John Roe,Reno\n`;
    await load(admin, { name: 'first.csv', content: first }, options);
    const second = `${HEADER}Qz.Canary.zq+x@googlemail.com,,,Boise\n,,,,${CANARY}@gmail.com,x\n`;
    withReject = await load(admin, { name: 'second.csv', content: second }, options);
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  /** Files of the stores and logs that hold the canary; what was uploaded stays the operator's. */
  const filesWithCanary = (): string[] =>
    readdirSync(stack.home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('inbox'))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => {
        try {
          return readFileSync(file).toString('latin1').toLowerCase().includes(CANARY);
        } catch {
          return false; // It was there a moment ago.
        }
      });
  const peopleOf = async (where: object) =>
    (await user.post<QueryBody>('/v1/query', { where, count: 'exact' })).body;
  const rejectsOf = (job: JobBody) =>
    admin.get<{ data: { code: string; raw: string }[] }>(`/v1/admin/ingest/jobs/${job.id}/rejects`);

  it('hides the person before it answers', async () => {
    const byEmail = { field: 'email', op: 'eq', value: `${CANARY}@gmail.com` };
    const inReno = { field: 'city', op: 'in', value: ['Reno', 'Boise'] };
    expect((await peopleOf(byEmail)).count?.value).toBe(1);
    expect((await peopleOf(inReno)).count?.value).toBe(2);
    expect(filesWithCanary().length).toBeGreaterThan(0);

    const run = await runBigdata(stack.home, [
      ...['--json', 'erase', '--email', `QZ.canary.zq@gmail.com`, '--reason', 'ticket 17'],
    ]);
    expect(run).toMatchObject({ code: 0 });
    receipt = JSON.parse(run.stdout) as Receipt;
    expect(receipt).toMatchObject({
      subject: { kind: 'email' },
      counts: { records: 1, record_versions: 2, rejects: 1 },
    });
    expect(receipt.suppressed_at).not.toBeNull();

    expect(await peopleOf(byEmail)).toMatchObject({ data: [], count: { value: 0 } });
    expect((await peopleOf(inReno)).data.map(({ email }) => email)).toEqual(['john@example.com']);
    expect(JSON.stringify((await rejectsOf(withReject)).body).toLowerCase()).not.toContain(CANARY);
  });

  it('counts a row of a later load and keeps nothing of it', async () => {
    const content = `${HEADER}${CANARY}@gmail.com,,Jane ${CANARY},Reno\nnew@example.com,,New,Reno\n`;
    const job = await load(admin, { name: 'later.csv', content }, { dataset: 'other' });
    expectLaws(job);
    expect(job.result).toMatchObject({ rows_read: 2, rows_loaded: 1, rows_rejected: 1 });
    expect((await rejectsOf(job)).body.data).toMatchObject([{ code: 'erased', raw: '' }]);
  });

  it('deletes the rows from the files though the worker dies at it', async () => {
    await stack.kill('ingest-worker', 'SIGKILL');
    await stack.restart('ingest-worker');
    await eventually(
      async () => {
        const { body } = await admin.get<Receipt>(`/v1/admin/erasures/${receipt.id}`);
        expect(body).toMatchObject({ state: 'deleted', subject: receipt.subject, counts: receipt.counts });
      },
      { timeoutMs: 150_000, intervalMs: 500 },
    );
    expect(filesWithCanary()).toEqual([]);
    const { stdout } = await runBigdata(stack.home, ['--json', 'erasures', 'show', receipt.id]);
    expect(JSON.parse(stdout)).toMatchObject({ id: receipt.id, state: 'deleted' });
    expect((await rejectsOf(withReject)).body.data).toMatchObject([{ code: 'erased', raw: '' }]);
    const all = await peopleOf({ field: 'city', op: 'in', value: ['Reno', 'Boise'] });
    expect(all.data.map(({ email }) => email).sort()).toEqual(['john@example.com', 'new@example.com']);
  });

  it('leaves the person out of request log and audit', async () => {
    for (const list of ['/v1/admin/logs', '/v1/admin/audit']) {
      // Entries of the request log come in groups.
      const text = await eventually(async () => {
        const entries = JSON.stringify((await admin.get(list)).body);
        expect(entries).toContain('erasure');
        return entries;
      });
      expect(text.toLowerCase()).not.toContain(CANARY);
    }
  });
});
