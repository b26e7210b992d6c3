/** JSON and NDJSON that other parsers are tested with. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { JobFailure } from '../jobs/job-failure';
import { readFileRows } from '../test-support/read-rows';
import { type FormatHints } from './hints';
import { type RowProblem } from './rows';

/** Set by jest.config.cjs from BIGDATA_CORPUS. */
declare const corpusFolder: string;

const folder = (name: string): string => path.join(corpusFolder, 'parsers', name);
const suite = (name: string): string[] =>
  readdirSync(folder('json/JSONTestSuite/test_parsing'))
    .filter((file) => file.startsWith(name))
    .map((file) => path.join('json/JSONTestSuite/test_parsing', file));
const read = (file: string): Buffer => readFileSync(path.join(folder('.'), file));

interface Outcome {
  readonly failure: string | null;
  readonly rows: number;
  readonly problems: readonly (RowProblem | null)[];
}

async function outcomeOf(bytes: Uint8Array, name: string, hints: FormatHints = {}): Promise<Outcome> {
  try {
    const { rows } = await readFileRows(bytes, name, { hints });
    return { failure: null, rows: rows.length, problems: rows.map(({ problem }) => problem) };
  } catch (error) {
    if (error instanceof JobFailure) return { failure: error.code, rows: 0, problems: [] };
    throw error;
  }
}

/** Valid JSON whose records are no objects is read, and its records are refused for that alone. */
const isRead = ({ failure, problems }: Outcome): boolean =>
  failure === null && problems.every((problem) => problem === null || problem === 'not_an_object');

/** As a document, and as the one value of a record, where the strict parser meets it. */
const asRecord = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from('[{"value":'), bytes, Buffer.from('}]')]);

describe('JSONTestSuite', () => {
  test('what must be taken is taken, as a document and as a value of a record', async () => {
    const files = suite('y_');
    expect(files.length).toBe(53);
    for (const file of files) {
      expect({ file, isRead: isRead(await outcomeOf(read(file), file)) }).toEqual({ file, isRead: true });
      const { failure, problems } = await outcomeOf(asRecord(read(file)), file);
      expect({ file, failure, problems }).toEqual({ file, failure: null, problems: [null] });
    }
  });

  test('what must be refused is refused, as a document and as a value of a record', async () => {
    const files = suite('n_');
    expect(files.length).toBe(113);
    const taken: string[] = [];
    for (const file of files) {
      const bytes = read(file);
      if (isRead(await outcomeOf(bytes, file)) && bytes.toString().trim() !== '') taken.push(file);
      if (isRead(await outcomeOf(asRecord(bytes), file))) taken.push(`${file} as a value`);
    }
    expect(taken).toEqual([]);
  });

  test('what is left open comes to an answer', async () => {
    const files = suite('i_');
    expect(files.length).toBe(26);
    for (const file of files) {
      await outcomeOf(read(file), file);
      await outcomeOf(asRecord(read(file)), file);
    }
  });

  test.each([
    ['number_-9223372036854775808', '-9223372036854775808'],
    ['number_10000000000000000999', '10000000000000000999'],
    ['number_1.0', '1.0'],
    ['number_1e6', '1E6'],
    ['number_9223372036854775808', '9223372036854775808'],
  ])('%s keeps its text', async (name, text) => {
    const bytes = read(`json/JSONTestSuite/test_transform/${name}.json`);
    const array = bytes.toString().trim();
    const { rows } = await readFileRows(Buffer.from(`[{"value":${array.slice(1, -1)}}]`), 'x.json');
    expect(rows[0]?.values).toEqual({ value: text });
  });

  test('a key that comes twice has its last value', async () => {
    const { rows } = await readFileRows(
      read('json/JSONTestSuite/test_transform/object_same_key_different_values.json'),
      'x.json',
    );
    expect(rows[0]?.values).toEqual({ a: '2' });
  });

  test('half of a surrogate pair becomes U+FFFD', async () => {
    const bytes = read('json/JSONTestSuite/test_transform/string_1_escaped_invalid_codepoint.json');
    const { rows } = await readFileRows(asRecord(bytes), 'x.json');
    expect(rows[0]?.values).toEqual({ value: '["\\uD800"]' });
    const value = await readFileRows(asRecord(bytes.subarray(1, -1)), 'x.json');
    expect(value.rows[0]?.values).toEqual({ value: '\ufffd' });
  });
});

/** File, rows, and rows with a problem or the failure of all of it: by DuckDB's own tests, where they say. */
test.each([
  ['10751.json', 3, 0],
  ['11152.json', 4, 1],
  ['15601/fragment1.json', 2, 0],
  ['15601/fragment2.json', 3, 0],
  ['18301/1675504.json', 1, 0],
  ['bluesky.json.gz', 10, 0],
  ['duplicate_key.ndjson', 5, 0],
  ['example_rn.ndjson.gz', 5, 0],
  ['geojson/features.geojson', 4, 0],
  ['geojson/geometries.geojsonl', 3, 0],
  ['sample_utf8_bom.json', 3, 0],
  ['map_of_dates.jsonl', 1, 0],
  ['map_of_structs.jsonl', 100, 0],
  ['multi_file_hang/my.json', 1, 1],
  ['multiple_objects_per_line.ndjson', 1, 1],
  ['unterminated_quotes.ndjson', 5, 1],
  ['union.ndjson', 3, 0],
  ['empty.ndjson', 0, 'empty_file'],
  ['whitespace_only.json', 0, 'empty_file'],
  ['malformed/empty_array_malformed.json', 0, 'malformed_json'],
  ['malformed/empty_array_trailing.json', 0, 'malformed_json'],
  ['top_level_two_arrays.json', 0, 'malformed_json'],
])('ndjson/duckdb/%s: %i rows, refused: %s', async (file, rows, refused) => {
  const outcome = await outcomeOf(read(`ndjson/duckdb/${file}`), file);
  expect({
    rows: outcome.rows,
    refused: outcome.failure ?? outcome.problems.filter((problem) => problem !== null).length,
  }).toEqual({ rows, refused });
});

test('every other file of DuckDB comes to an answer', async () => {
  const files = readdirSync(folder('ndjson/duckdb'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(40);
  for (const file of files) await outcomeOf(readFileSync(path.join(file.parentPath, file.name)), file.name);
});
