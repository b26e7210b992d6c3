import { gzipSync } from 'node:zlib';
import { readFileRows } from '../test-support/read-rows';
import { HEAD_BYTES } from './plan-source';

/** More than the head: rows, or the text of a preamble, of ASCII alone. */
const ASCII_ROWS = 'Jane Doe,Berlin\n'.repeat(HEAD_BYTES / 10);
const PREAMBLE = 'x'.repeat(HEAD_BYTES + 10);

describe('a table whose first letters beyond ASCII stand behind its head', () => {
  const table = (last: Buffer): Buffer => Buffer.concat([Buffer.from(`name,city\n${ASCII_ROWS}`), last]);
  const last = 'José,Zürich\nZoë,Köln\n';

  test.each([
    ['Windows-1252', table(Buffer.from(last, 'latin1')), 'windows-1252'],
    ['Windows-1252, packed', gzipSync(table(Buffer.from(last, 'latin1'))), 'windows-1252'],
    ['UTF-8', table(Buffer.from(last)), 'utf-8'],
  ])('%s', async (_name, bytes, encoding) => {
    const { plan, rows } = await readFileRows(bytes, 'people.csv');
    expect(plan.encoding).toBe(encoding);
    expect(rows.slice(-2).map(({ values }) => values)).toEqual([
      { name: 'José', city: 'Zürich' },
      { name: 'Zoë', city: 'Köln' },
    ]);
  });

  test('UTF-8 with one broken row among others stays UTF-8, and that row is rejected', async () => {
    const broken = Buffer.concat([Buffer.from(last), Buffer.from('Ren\xe9,Bern\n', 'latin1')]);
    const { plan, rows } = await readFileRows(table(broken), 'people.csv');
    expect(plan.encoding).toBe('utf-8');
    expect(rows.slice(-2).map(({ problem }) => problem)).toEqual([null, 'invalid_encoding']);
  });

  test('a character that the end of what is looked at cuts in two is no fault', async () => {
    const { plan } = await readFileRows(table(Buffer.from('é'.repeat(200_001))), 'people.csv', {
      chunkBytes: 65_535,
      keptRows: 0,
    });
    expect(plan.encoding).toBe('utf-8');
  });
});

describe('records that begin behind the head', () => {
  const people = Array.from({ length: 20_000 }, (_, at) => ({ name: `José ${at}` }));
  const xml = people.map(({ name }) => `<person><name>${name}</name></person>`).join('');

  test.each([
    ['JSON', JSON.stringify({ about: PREAMBLE, people })],
    [
      'JSON behind many lines',
      `{"about":{\n${'"a":\n1,\n'.repeat(40_000)}"b":1},"people":\n${JSON.stringify(people)}}`,
    ],
    ['XML', `<all><!-- ${PREAMBLE} -->${xml}</all>`],
  ])('%s', async (_name, text) => {
    const { plan, rows } = await readFileRows(Buffer.from(text), 'people');
    expect(plan.columns).toEqual(['name']);
    expect(rows.map(({ values }) => values)).toEqual(people);
    const line = text.slice(0, text.indexOf('José 0')).split('\n').length;
    expect(rows[0]?.line).toBe(line);
  });

  test('under a name that the job gives', async () => {
    const text = JSON.stringify({ tags: [{ tag: 1 }, { tag: 2 }], about: PREAMBLE, people });
    const { rows } = await readFileRows(Buffer.from(text), 'x', { hints: { path: ['people'] } });
    expect(rows.map(({ values }) => values)).toEqual(people);
  });

  test('a document without any is refused, however long it is', async () => {
    const text = JSON.stringify({ about: PREAMBLE.repeat(70) }).slice(0, -1);
    await expect(readFileRows(Buffer.from(text), 'x')).rejects.toMatchObject({ code: 'records_not_found' });
  });
});
