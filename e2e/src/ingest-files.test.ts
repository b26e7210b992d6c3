/** Files as people have them: with rows to mend, unknown headers, or nothing in them that can be loaded. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type ProblemBody } from './support/api';
import { endOf, enqueue, expectLaws, load, upload } from './support/loads';
import { makePeople, NOBODY } from './support/people';
import { contentOf, readRecords } from './support/records';
import { toCsv } from './support/write-people';

jest.setTimeout(120_000);

interface AnalysisBody {
  readonly format: string;
  readonly encoding: string;
  readonly delimiter: string | null;
  readonly columns: { column: string; field: string | null; confidence: number }[];
  readonly sample: { record: Record<string, unknown>; warnings: { field: string; code: string }[] }[];
}

describe('a file', () => {
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let reader: Api;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    stack = await startStack({
      home: path.join(folder, 'home'),
      env: { BATCH_BYTES: '16384', INSERT_BYTES: '32768' },
    });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    reader = createApi(stack.gatewayUrl, (await createUser(admin, 'file-reader', 1_000)).apiKey);
  });

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  it('with broken rows gives them back with their reasons, and mended they are loaded', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `person${i}@example.com,Name${i},Town ${i}`);
    const right = ['email,last_name,city', ...rows, ''].join('\n');
    const broken = ['email,last_name,city', ...rows, '']
      .map((row) => row.replace(/^(person1?7@.*)$/, '$1,one,more'))
      .map((row) => row.replace(/^(person2?3@example.com),(.*)$/, '$1,"$2'))
      .join('\n');
    const job = await load(admin, { name: 'broken.csv', content: broken }, { dataset: 'mended' });
    expect(job.state).toBe('succeeded');
    expectLaws(job);
    expect(job.result).toMatchObject({ rows_read: 60, rows_rejected: 4, records_new: 56 });

    const rejects = `/v1/admin/ingest/jobs/${job.id}/rejects`;
    const { body } = await admin.get<{ data: { line: number; code: string; raw: string }[] }>(rejects);
    expect(body.data.map(({ line, code, raw }) => [line, code, raw.slice(0, 9)])).toEqual([
      [5, 'invalid_quote', 'person3@e'],
      [9, 'too_many_columns', 'person7@e'],
      [19, 'too_many_columns', 'person17@'],
      [25, 'unterminated_quote', 'person23@'],
    ]);

    const csv = await admin.text(rejects, { headers: { accept: 'text/csv' } });
    const mended = csv.replaceAll(',one,more', '').replaceAll('example.com,"', 'example.com,');
    const second = await load(admin, { name: 'mended.csv', content: mended }, { dataset: 'mended' });
    expect(second.result).toMatchObject({ rows_read: 4, rows_rejected: 0, records_new: 4 });
    await load(admin, { name: 'right.csv', content: right }, { dataset: 'right' });
    expect((await readRecords(reader, 'mended')).map(contentOf)).toEqual(
      (await readRecords(reader, 'right')).map(contentOf),
    );
  });

  it('with more broken rows than were allowed ends its job early', async () => {
    const { people } = makePeople({ seed: 8, rows: 20_000 });
    const content = toCsv(people.map((person, row) => (row % 5 === 0 ? NOBODY : person)));
    const strict = { dataset: 'strict', max_reject_ratio: 0.1 };
    const job = await load(admin, { name: 'strict.csv', content }, strict);
    expect([job.state, job.error?.code]).toEqual(['failed', 'too_many_rejects']);
    expect(job.progress.rows_read).toBeGreaterThan(0);
    expect(job.progress.rows_read).toBeLessThan(people.length);
    expect(job.progress.rows_loaded + job.progress.rows_rejected).toBe(job.progress.rows_read);
  });

  it('is shown with its mapping and a sample before anything of it is loaded', async () => {
    const content = 'E-Mail;Vorname;Nachname;Telefon;Lieblingsfarbe\nJane@Example.COM;Jane;Doe;keins;blau\n';
    const source = await upload(admin, { name: 'shown.csv', content });
    const { status, body } = await admin.post<AnalysisBody>('/v1/admin/ingest/analyze', {
      source,
      dataset: 'shown',
      country: 'DE',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ format: 'csv', encoding: 'utf-8', delimiter: ';' });
    expect(body.columns.map(({ column, field }) => [column, field])).toEqual([
      ['E-Mail', 'email'],
      ['Vorname', 'first_name'],
      ['Nachname', 'last_name'],
      ['Telefon', 'phone'],
      ['Lieblingsfarbe', null],
    ]);
    for (const { field, confidence } of body.columns) expect(confidence > 0).toBe(field !== null);
    expect(body.sample).toHaveLength(1);
    expect(body.sample[0]!.record).toMatchObject({
      email: 'jane@example.com',
      first_name: 'Jane',
      attributes: { Lieblingsfarbe: 'blau' },
    });
    expect(body.sample[0]!.warnings).toEqual([{ field: 'phone', code: 'invalid_phone' }]);
    expect(await readRecords(reader, 'shown')).toEqual([]);
    const jobs = await admin.get<{ data: { source: string }[] }>('/v1/admin/ingest/jobs?limit=1000');
    expect(jobs.body.data.map((job) => job.source)).not.toContain(source);
  });

  it('with the header of one that was mapped by hand is mapped alike', async () => {
    const content = (name: string) => `Rufname im Werk,Kanal 7\n${name},${name}@example.com\n`;
    const mapping = { 'Rufname im Werk': 'last_name', 'Kanal 7': 'email' };
    await load(admin, { name: 'by-hand.csv', content: content('first') }, { dataset: 'known', mapping });
    const job = await load(admin, { name: 'alike.csv', content: content('second') }, { dataset: 'known' });
    expect(job.result).toMatchObject({ records_new: 1 });
    expect((await readRecords(reader, 'known')).map(({ email, last_name }) => [email, last_name])).toEqual([
      ['first@example.com', expect.stringMatching(/first/i) as unknown],
      ['second@example.com', expect.stringMatching(/second/i) as unknown],
    ]);
  });

  const whole = gzipSync(toCsv(makePeople({ seed: 9, rows: 500 }).people));
  it.each([
    ['empty', 'empty.csv', Buffer.alloc(0), 'empty_file'],
    [
      'no text',
      'binary.csv',
      Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 31) % 256)),
      'binary_file',
    ],
    ['torn', 'torn.csv.gz', whole.subarray(0, whole.length - 200), 'truncated_archive'],
    [
      'XML with a DTD',
      'dtd.xml',
      Buffer.from('<!DOCTYPE p [<!ENTITY e "x">]><ps><p>&e;</p></ps>'),
      'xml_dtd_refused',
    ],
  ])('that is %s is a failed job with a reason, and the worker lives', async (_what, name, content, code) => {
    const worker = stack.pidOf('ingest-worker');
    const dataset = name.slice(0, name.indexOf('.'));
    const job = await load(admin, { name, content: Uint8Array.from(content) }, { dataset });
    expect([job.state, job.error?.code, job.result]).toEqual(['failed', code, null]);
    expect(job.error!.detail).not.toBe('');
    const next = await load(
      admin,
      { name: `after-${name}.csv`, content: `email\n${dataset}@example.com\n` },
      { dataset: 'after' },
    );
    expect(next.state).toBe('succeeded');
    expect(stack.pidOf('ingest-worker')).toBe(worker);
  });

  it('that does not exist is a failed job, and one of a place nobody reads is refused at once', async () => {
    const { body } = await enqueue(admin, 'inbox://nowhere.csv', { dataset: 'nowhere' });
    const job = await endOf(admin, body.id);
    expect([job.state, job.error?.code]).toEqual(['failed', 'source_not_found']);
    for (const source of [
      'ftp://example.com/people.csv',
      'file:///etc/passwd',
      'https://127.0.0.1/people.csv',
    ]) {
      const refused = await admin.post<ProblemBody>('/v1/admin/ingest/jobs', { source, dataset: 'nowhere' });
      expect([source, refused.status, refused.body.code]).toEqual([source, 422, 'invalid_request']);
    }
  });
});
