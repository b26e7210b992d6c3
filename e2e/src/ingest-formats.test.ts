/** The same people in every format, encoding and packing are the same records. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startStack, type StackProcess } from '@bigdata/testing';
import { type Api, createApi, createUser, type JobBody } from './support/api';
import { endOf, enqueue, expectLaws, load, upload } from './support/loads';
import { PACKINGS } from './support/packings';
import { makePeople } from './support/people';
import { contentOf, readRecords, type RecordBody } from './support/records';
import { FILE_FORMATS, toCsv } from './support/write-people';

const ROWS = 2_000;
const FILES = FILE_FORMATS.flatMap((format) =>
  PACKINGS.map((packing) => {
    const inner = `people.${format.extension}`;
    const name = `${inner}${packing.extension}`;
    return { format, packing, inner, name, dataset: name.replaceAll('.', '-') };
  }),
);

describe('the format of a file', () => {
  const { people, rejected, distinct } = makePeople({ seed: 3, rows: ROWS });
  let stack: StackProcess;
  let folder: string;
  let admin: Api;
  let reader: Api;
  let expected: RecordBody[];
  const jobs = new Map<string, string>();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    stack = await startStack({ home: path.join(folder, 'home') });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
    reader = createApi(stack.gatewayUrl, (await createUser(admin, 'format-reader', 1_000)).apiKey);
    expectWhole(await load(admin, { name: 'people.csv', content: toCsv(people) }, { dataset: 'reference' }));
    expected = (await readRecords(reader, 'reference')).map(contentOf);
    for (const { format, packing, inner, name, dataset } of FILES) {
      const content = Uint8Array.from(packing.pack(format.write(people), inner));
      const { body } = await enqueue(admin, await upload(admin, { name, content }), { dataset });
      jobs.set(dataset, body.id);
    }
  }, 240_000);

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  function expectWhole(job: JobBody): void {
    expect([job.state, job.error]).toEqual(['succeeded', null]);
    expectLaws(job);
    expect(job.result).toMatchObject({
      rows_read: ROWS,
      rows_rejected: rejected,
      records_new: distinct,
    });
  }

  it('changes nothing of what a person’s record says', () => {
    expect(expected).toHaveLength(distinct);
    const last = new Map(people.map((person) => [person.email, person]));
    for (const record of expected) {
      const person = last.get(String(record['email']))!;
      expect(record).toMatchObject({ first_name: person.first_name, last_name: person.last_name });
      if (person.company !== '') expect(record['company']).toBe(person.company);
      if (person.note !== '') expect(record['attributes']).toEqual({ note: person.note });
    }
  });

  it.each(FILES.map((file) => [file.format.name, file.packing.name, file] as const))(
    '%s, %s, gives the same records and counts',
    async (_format, _packing, { dataset, format }) => {
      const job = await endOf(admin, jobs.get(dataset)!);
      expectWhole(job);
      expect(job.format).toBe(format.format);
      expect((await readRecords(reader, dataset)).map(contentOf)).toEqual(expected);
    },
    120_000,
  );

  it('an uploaded file is not loaded into a dataset a second time, unless it is forced: then all is merged', async () => {
    const file = { name: 'again.csv', content: toCsv(people) };
    const source = await upload(admin, file);
    const refused = await enqueue(admin, source, { dataset: 'reference' });
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect(refused.body.detail).toContain('"force"');

    const forced = await load(admin, file, { dataset: 'reference', force: true });
    expect(forced.state).toBe('succeeded');
    expectLaws(forced);
    expect(forced.result).toMatchObject({ rows_read: ROWS, rows_rejected: rejected, records_new: 0 });
    expect((await readRecords(reader, 'reference')).map(contentOf)).toEqual(expected);
  }, 120_000);

  it('a file that the worker reads by its path is found to have been loaded before, too', async () => {
    const files = path.join(stack.home, 'files');
    await mkdir(files, { recursive: true });
    await writeFile(path.join(files, 'people.csv'), toCsv(people));
    const source = pathToFileURL(path.join(files, 'people.csv')).href;
    const { status, body } = await enqueue(admin, source, { dataset: 'reference' });
    expect(status).toBe(202);
    const job = await endOf(admin, body.id);
    expect([job.state, job.error?.code]).toEqual(['failed', 'already_loaded']);
    expect(job.error?.detail).toContain('"force"');
    expect((await readRecords(reader, 'reference')).map(contentOf)).toEqual(expected);
  }, 120_000);
});
