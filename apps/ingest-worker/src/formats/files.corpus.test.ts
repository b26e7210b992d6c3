/** Real files of people and organisations, packed files, and files in other encodings. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { JobFailure } from '../jobs/job-failure';
import {
  LIMITS,
  readByPlan,
  readFileRows,
  type ReadOptions,
  type ReadRow,
  sourceOf,
} from '../test-support/read-rows';

/** Set by jest.config.cjs from BIGDATA_CORPUS. */
declare const corpusFolder: string;

const bytesOf = (file: string): Buffer => readFileSync(path.join(corpusFolder, file));
const read = async (file: string, options: ReadOptions = {}): Promise<readonly ReadRow[]> =>
  (await readFileRows(bytesOf(file), path.basename(file), options)).rows;
const valuesOf = (rows: readonly ReadRow[]): ReadRow['values'][] => rows.map(({ values }) => values);

describe('people-orgs', () => {
  test.each([
    ['json/us-legislators-current.json', 537],
    ['json/ke-kenya-popolo.json', 355],
    ['json/us-congress-senzing.ndjson', 1_319],
    ['json/us-openstates-people.ndjson', 2_076],
    ['xml/un-consolidated.xml', 730],
    ['xml/us-house-memberdata.xml', 441],
    // One more is in a comment.
    ['xml/uk-peers-ucl.latin1.xml', 1_217],
    ['xml/uk-commons-2010.latin1.xml', 672],
    ['xml/us-openstates-people.xml', 3_381],
    ['csv/us-ofac-sdn.csv', 7_379],
  ])('%s has %i rows, none of them bad, and each where it says', async (file, count) => {
    const bytes = bytesOf(`people-orgs/${file}`);
    const { plan, rows } = await readFileRows(bytes, path.basename(file));
    expect(rows.length).toBe(count);
    expect(rows.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(rows.filter(({ values }) => Object.keys(values).length === 0)).toEqual([]);
    if (plan.encoding !== 'utf-8') return;
    const text = bytes.toString('latin1');
    for (const { position, line, raw } of rows.slice(-5)) {
      expect(bytes.toString('utf8', position, position + Buffer.byteLength(raw))).toBe(raw);
      expect(line).toBe(1 + (text.slice(0, position).match(/\r\n|\r|\n/g)?.length ?? 0));
    }
  });

  test('names that stand in the legislators as CSV and as JSON are the same', async () => {
    const csv = await read('people-orgs/csv/us-legislators-current.csv');
    const json = await read('people-orgs/json/us-legislators-current.json');
    const names = (rows: readonly ReadRow[], last: string, id: string): string[] =>
      rows.map(({ values }) => `${values[id] ?? ''} ${values[last] ?? ''}`).sort();
    expect(names(json, 'name.last', 'id.bioguide')).toEqual(names(csv, 'last_name', 'bioguide_id'));
  });

  test('the records of the United Nations are persons, or what is asked for, however far behind the head', async () => {
    const [person] = await read('people-orgs/xml/un-consolidated.xml');
    expect(person?.values).toMatchObject({
      FIRST_NAME: 'ERIC',
      'NATIONALITY.VALUE': 'Democratic Republic of the Congo',
    });
    const bytes = bytesOf('people-orgs/xml/un-consolidated.xml');
    const hints = { element: 'ENTITY' };
    const { plan, rows } = await readFileRows(bytes, 'un.xml', { hints });
    expect(rows.length).toBe(273);
    expect(rows.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(plan.columns).toContain('ENTITY_ALIAS.ALIAS_NAME');
    await expect(readFileRows(bytes, 'un.xml', { hints: { element: 'NONE' } })).rejects.toMatchObject({
      code: 'records_not_found',
    });
  });

  test('ISO 8859-1 comes out as it was meant', async () => {
    const rows = await read('people-orgs/xml/uk-commons-2010.latin1.xml');
    expect(rows.some(({ values }) => Object.values(values).some((value) => /[é-ü]/.test(value)))).toBe(true);
    expect(rows.some(({ raw }) => raw.includes('\ufffd'))).toBe(false);
  });

  test('other encodings and delimiters give the same records', async () => {
    const plain = valuesOf(await read('people-orgs/csv/us-legislators-current.csv'));
    for (const file of readdirSync(path.join(corpusFolder, 'people-orgs/derived'))) {
      expect(valuesOf(await read(`people-orgs/derived/${file}`))).toEqual(plain);
    }
  });

  test.each([
    'json/ke-kenya-popolo.json',
    'json/us-openstates-people.ndjson',
    'xml/un-consolidated.xml',
    'xml/uk-peers-ucl.latin1.xml',
  ])('%s: reading on from the end of any segment gives the rows that follow', async (file) => {
    const bytes = bytesOf(`people-orgs/${file}`);
    const options = { segmentBytes: 40_000 };
    const { plan, rows, segments } = await readFileRows(bytes, file, options);
    expect(segments.length).toBeGreaterThan(3);
    for (const { start } of segments.slice(1, 6)) {
      const rest = await readByPlan(sourceOf(bytes, 7_000), plan, { ...options, position: start });
      const expected = rows.filter(({ position }) => position >= start);
      expect(rest.rows.map(({ raw, position }) => ({ raw, position }))).toEqual(
        expected.map(({ raw, position }) => ({ raw, position })),
      );
    }
  });
});

describe('archives', () => {
  const archive = (name: string): string => `parsers/archives/${name}`;

  test.each(['legislators.csv.gz', 'legislators.gz-named-csv.csv'])(
    '%s gives the rows of the plain file',
    async (name) => {
      expect(valuesOf(await read(archive(name)))).toEqual(valuesOf(await read(archive('legislators.csv'))));
    },
  );

  test('all members of a gzip file are read', async () => {
    const rows = await read(archive('legislators.multi-member.csv.gz'));
    expect(valuesOf(rows)).toEqual(valuesOf(await read(archive('legislators.csv'))));
  });

  test.each([
    ['legislators.truncated.csv.gz', 'truncated_archive'],
    ['legislators.bad-crc.csv.gz', 'corrupt_archive'],
    ['legislators.bad-length.csv.gz', 'corrupt_archive'],
    ['legislators.trailing-garbage.csv.gz', 'corrupt_archive'],
    ['legislators.double.csv.gz.gz', 'double_compression'],
    ['legislators.zip-slip.zip', 'unsafe_archive'],
    ['bomb-200MB-rows.csv.gz', 'compression_ratio'],
  ])('%s is refused as %s', async (name, code) => {
    const failure: unknown = await read(archive(name), { keptRows: 1 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(JobFailure);
    expect(failure).toMatchObject({ code });
  });

  test.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
    ['br', brotliCompressSync],
  ])('a file packed as .%s gives the rows of the plain one', async (ending, pack) => {
    const bytes = bytesOf(archive('legislators.csv'));
    const { rows } = await readFileRows(pack(bytes), `legislators.csv.${ending}`);
    expect(valuesOf(rows)).toEqual(valuesOf(await read(archive('legislators.csv'))));
  });
});

test.each([
  ['csv-parser/bench/latin.csv', 'windows-1252', { a: '1', b: '2', c: '3' }],
  ['csv-parser/bench/utf16.csv', 'utf-16le', { a: '1', b: '2', c: '3' }],
  ['csv-parser/bench/utf16-big.csv', 'utf-16be', { a: '1', b: '2', c: '3' }],
  ['csv-parser/bench/mac-newlines.csv', 'utf-8', { a: '1', b: '2', c: '3' }],
  ['duckdb/encodings/utf16.csv.gz', 'utf-16le', null],
  ['duckdb/encodings/latin1.csv.gz', 'windows-1252', null],
])('%s is in %s', async (file, encoding, first) => {
  const { plan, rows } = await readFileRows(bytesOf(`parsers/csv/${file}`), file);
  expect(plan.encoding).toBe(encoding);
  expect(rows.every(({ problem }) => problem === null)).toBe(true);
  if (first !== null) expect(rows[0]?.values).toEqual(first);
});

test('every CSV file that other readers are tested with comes to an answer', async () => {
  const folder = path.join(corpusFolder, 'parsers/csv');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.length).toBeGreaterThan(200);
  for (const file of files) {
    const bytes = readFileSync(path.join(file.parentPath, file.name));
    const outcome: unknown = await readFileRows(bytes, file.name, { limits: LIMITS }).catch(
      (error: unknown) => error,
    );
    expect(outcome instanceof Error && !(outcome instanceof JobFailure) ? outcome : null).toBeNull();
  }
});
