import { JobFailure } from '../jobs/job-failure';
import { LIMITS } from '../test-support/read-rows';
import { createJsonRowReader } from './json-rows';
import { createJsonSplitter } from './json-splitter';
import { toSplitLimits } from './split-options';

function read(text: string, path: string[] | null = []): unknown {
  const splitter = createJsonSplitter({
    path,
    start: 0,
    position: 0,
    segmentBytes: 8,
    limits: toSplitLimits(LIMITS),
  });
  const reader = createJsonRowReader({ columns: [] }, LIMITS);
  const rows: [string, string | null][] = [];
  const drain = (): void => {
    for (let segment = splitter.next(); segment !== null; segment = splitter.next()) {
      reader.open(segment.bytes);
      while (reader.next()) rows.push([reader.raw(), reader.row.problem]);
    }
  };
  try {
    for (const byte of Buffer.from(text)) {
      splitter.push(Uint8Array.of(byte));
      drain();
    }
    splitter.end();
    drain();
    return rows;
  } catch (error) {
    if (error instanceof JobFailure) return error.code;
    throw error;
  }
}

test('a record that does not parse costs itself alone', () => {
  expect(read('{"a":1}, {"a":tru} ,{"a" 2},{"a":3}]')).toEqual([
    ['{"a":1}', null],
    ['{"a":tru}', 'malformed_json'],
    ['{"a" 2}', 'malformed_json'],
    ['{"a":3}', null],
  ]);
});

test.each([
  ['a file that ends within a record', '{"a":1},{"b"'],
  ['a file that ends between records', '{"a":1},'],
  ['a file that ends behind a record', '{"a":1}'],
  ['two commas', '{"a":1},,{"a":2}]'],
  ['a comma behind the last record', '{"a":1},]'],
  ['a missing comma', '{"a":1} {"a":2}]'],
  ['text behind the array', '{"a":1}] x'],
])('%s ends the job', (_name, text) => {
  expect(read(text)).toBe('malformed_json');
});

test('what encloses the array is checked to its end', () => {
  const inside = (tail: string): unknown => read(`{"a":1}]${tail}`, ['x', 'y']);
  expect(inside(', "b": [true]}}\n')).toEqual([['{"a":1}', null]]);
  expect(inside('}')).toBe('malformed_json');
  expect(inside(', "b": tru}}')).toBe('malformed_json');
  expect(inside(']}')).toBe('malformed_json');
});

test('an empty array has no records', () => {
  expect(read(' ]')).toEqual([]);
});

test('a document without an array is its records', () => {
  expect(read('{\n"a":1}{"a":2}\n\n[3] 4', null)).toEqual([
    ['{\n"a":1}', null],
    ['{"a":2}', null],
    ['[3]', 'not_an_object'],
    ['4', 'not_an_object'],
  ]);
  expect(read('{"a":1} {"a"', null)).toBe('malformed_json');
});
