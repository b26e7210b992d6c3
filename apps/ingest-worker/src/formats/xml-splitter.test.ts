import { JobFailure } from '../jobs/job-failure';
import { LIMITS } from '../test-support/read-rows';
import { type ReadLimits } from './rows';
import { toSplitLimits } from './split-options';
import { createXmlRowReader } from './xml-rows';
import { createXmlSplitter } from './xml-splitter';

interface Options {
  readonly ancestors?: string[];
  readonly position?: number;
  readonly limits?: ReadLimits;
}

/** @returns raw records with their problems, or the failure's code */
function read(text: string, options: Options = {}): [raw: string, problem: string | null][] | string {
  const { ancestors = ['root'], position = 0, limits = LIMITS } = options;
  const splitter = createXmlSplitter({
    element: 'r',
    ancestors,
    start: 0,
    position,
    segmentBytes: 20,
    limits: toSplitLimits(limits),
  });
  const reader = createXmlRowReader({ columns: [], format: { element: 'r' } }, limits);
  const rows: [string, string | null][] = [];
  const drain = (): void => {
    for (let segment = splitter.next(); segment !== null; segment = splitter.next()) {
      reader.open(segment.bytes);
      while (reader.next()) rows.push([reader.raw(), reader.row.problem]);
    }
  };
  try {
    for (const byte of Buffer.from(text).subarray(position)) {
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

test.each([
  ['a file that ends within a record', '<r>1</r><r>2'],
  ['a file that ends before its root does', '<r>1</r>'],
  ['a file that ends within a tag', '<r>1</r></root'],
  ['an end tag of another name', '<r>1</r></wrong>'],
  ['an element that is not closed', '<r>1</r><x></root>'],
  ['a second root', '<r>1</r></root><root/>'],
  ['a record behind the root', '<r>1</r></root><r>2</r>'],
  ['text behind the root', '<r>1</r></root> x'],
  ['an attribute twice', '<r>1</r><x a="" a=""/></root>'],
  ['an unknown entity', '<r>1</r>&x;</root>'],
  ['a doctype', '<r>1</r><!DOCTYPE x></root>'],
  ['an XML declaration', '<r>1</r><?xml version="1.0"?></root>'],
  ['a comment that is not well-formed', '<r>1</r><!-- -- --></root>'],
  ['CDATA behind the root', '<r>1</r></root><![CDATA[x]]>'],
])('%s ends the job', (_name, text) => {
  expect(read(text)).toBe('malformed_xml');
});

test('comments and instructions may follow the root', () => {
  expect(read('<r>1</r></root>\n<!-- x --> <?y z?>\n')).toEqual([['<r>1</r>', null]]);
});

test('a record may be the root', () => {
  expect(read('<r><a/></r>\n', { ancestors: [] })).toEqual([['<r><a/></r>', null]]);
  expect(read('<r/><r/>', { ancestors: [] })).toBe('malformed_xml');
});

test('a broken record costs itself alone', () => {
  expect(read('<r><a></r><r>2</r></root>')).toEqual([
    ['<r><a></r>', 'malformed_xml'],
    ['<r>2</r>', null],
  ]);
});

test('a record without an end costs itself alone, however far the file goes on', () => {
  const more = '<r>x</r>'.repeat(20);
  const rows = read(`<r><a>0</a>${more}</root>`, { limits: { ...LIMITS, rowBytesMax: 30 } });
  expect(rows).toEqual([['<r><a>0</a>', 'malformed_xml'], ...Array<unknown>(20).fill(['<r>x</r>', null])]);
});

test('a record in another of its name is part of it', () => {
  expect(read('<r><x><r>1</r></x></r></root>')).toEqual([['<r><x><r>1</r></x></r>', null]]);
});

describe('reading on in mid-file', () => {
  const text = '<r>1</r></list><list><r>2</r></list></root>\n';
  const ancestors = ['root', 'list'];

  test('gives the rest, whatever was open there', () => {
    expect(read(text, { ancestors, position: 8 })).toEqual([['<r>2</r>', null]]);
    expect(read(text, { ancestors, position: 29 })).toEqual([]);
  });

  test('still notices a file that has been cut off, or goes on behind its root', () => {
    expect(read(text.slice(0, -8), { ancestors, position: 8 })).toBe('malformed_xml');
    expect(read(`${text}<x>`, { ancestors, position: 8 })).toBe('malformed_xml');
  });
});
