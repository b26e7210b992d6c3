/** What all splitters promise: segments are whole records, cut by the bytes alone. */
import fc from 'fast-check';
import { JobFailure } from '../jobs/job-failure';
import { LIMITS } from '../test-support/read-rows';
import { createJsonRowReader } from './json-rows';
import { createJsonSplitter } from './json-splitter';
import { createNdjsonRowReader } from './ndjson-rows';
import { createNdjsonSplitter } from './ndjson-splitter';
import { type RowReader, type Segment, type Splitter } from './rows';
import { type SplitOptions, toSplitLimits } from './split-options';
import { createXmlRowReader } from './xml-rows';
import { createXmlSplitter } from './xml-splitter';

interface Format {
  readonly name: string;
  /** A text, where its records start and end, and its records. */
  readonly texts: fc.Arbitrary<{ text: string; start: number; end: number; records: string[] }>;
  readonly createSplitter: (options: SplitOptions, start: number) => Splitter;
  readonly createReader: () => RowReader;
}

const space = fc.constantFrom('', ' ', '\n', '\r\n', '\t ');
const value = fc.constantFrom('x', '], [', '"a" {', 'é😀', '\\', 'x'.repeat(50), ',', '</r>', ']]>', '-->');
const objects = fc.array(
  fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(value, fc.integer(), fc.array(value), fc.dictionary(fc.constantFrom('d'), value)),
  ),
  { minLength: 1, maxLength: 8 },
);

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const xmlRecord = fc
  .array(
    fc.oneof(
      value.map((text) => `<a>${escape(text)}</a>`),
      value.map((text) => `<b c='${escape(text)}>'/>`),
      fc.constantFrom(
        '<!-- </r> <r> -->',
        '<![CDATA[</r><r>]]>',
        '<?x </r>?>',
        '<rr></rr>',
        '<x><r/></x>',
        '<x><r>y</r ></x>',
      ),
    ),
    { maxLength: 4 },
  )
  .map((parts) => (parts.length === 0 ? '<r/>' : `<r id="/>">${parts.join('')}</r >`));
const between = fc.constantFrom('', '\n', ' <!-- <r> -->', '<other><y>1</y></other>', 'text', '<?pi <r>?>');

const FORMATS: readonly Format[] = [
  {
    name: 'NDJSON',
    texts: fc.tuple(objects, fc.constantFrom('\n', '\r\n', '\r', '\n\n')).map(([list, lineEnd]) => {
      const records = list.map((object) => JSON.stringify(object));
      const text = records.join(lineEnd) + lineEnd;
      return { text, start: 0, end: Buffer.byteLength(text), records };
    }),
    createSplitter: (options) => createNdjsonSplitter(options),
    createReader: () => createNdjsonRowReader({ columns: [] }, LIMITS),
  },
  {
    name: 'JSON',
    texts: fc.tuple(objects, space, space, fc.constantFrom(0, 1)).map(([list, before, after, indent]) => {
      const records = list.map((object) => JSON.stringify(object, null, indent));
      const head = '{"meta": [1], "rows": [';
      const body = before + records.join(`${after},${before}`);
      return {
        text: `${head}${body}${after}], "more": {"x": "]"}}`,
        start: head.length,
        end: head.length + Buffer.byteLength(body),
        records,
      };
    }),
    createSplitter: (options, start) => createJsonSplitter({ ...options, path: ['rows'], start }),
    createReader: () => createJsonRowReader({ columns: [] }, LIMITS),
  },
  {
    name: 'XML',
    texts: fc.array(fc.tuple(xmlRecord, between), { minLength: 1, maxLength: 8 }).map((parts) => {
      const head = '<root><list>';
      const body = parts.map(([record, gap]) => record + gap).join('');
      const text = `${head}${body}</list></root>\n`;
      return {
        text,
        start: head.length,
        end: Buffer.byteLength(text),
        records: parts.map(([record]) => record),
      };
    }),
    createSplitter: (options, start) =>
      createXmlSplitter({ ...options, element: 'r', ancestors: ['root', 'list'], start }),
    createReader: () => createXmlRowReader({ columns: [], format: { element: 'r' } }, LIMITS),
  },
];

function split(splitter: Splitter, bytes: Uint8Array, chunkBytes: number): Segment[] {
  const segments: Segment[] = [];
  const drain = (): void => {
    for (let segment = splitter.next(); segment !== null; segment = splitter.next()) segments.push(segment);
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = Uint8Array.from(bytes.subarray(at, at + chunkBytes));
    splitter.push(chunk);
    chunk.fill(0x3f);
    drain();
  }
  splitter.end();
  drain();
  return segments;
}

const options = (position: number, segmentBytes: number): SplitOptions => ({
  limits: toSplitLimits(LIMITS),
  position,
  segmentBytes,
});

describe.each(FORMATS)('$name', ({ texts, createSplitter, createReader }) => {
  const sizes = fc.integer({ min: 1, max: 200 });

  test('the cut does not depend on how the bytes came in', () => {
    fc.assert(
      fc.property(texts, sizes, ({ text, start }, segmentBytes) => {
        const bytes = Buffer.from(text).subarray(start);
        const whole = split(createSplitter(options(start, segmentBytes), start), bytes, bytes.length);
        for (const chunkBytes of [1, 2, 3, 7, 20]) {
          expect(split(createSplitter(options(start, segmentBytes), start), bytes, chunkBytes)).toEqual(
            whole,
          );
        }
      }),
    );
  });

  test('segments follow one another without a gap, from the first record to the last', () => {
    fc.assert(
      fc.property(texts, sizes, ({ text, start, end }, segmentBytes) => {
        const bytes = Buffer.from(text);
        const segments = split(
          createSplitter(options(start, segmentBytes), start),
          bytes.subarray(start),
          11,
        );
        let at = start;
        for (const segment of segments) {
          expect(segment.start).toBe(at);
          at += segment.bytes.length;
        }
        expect(Buffer.concat(segments.map((segment) => segment.bytes))).toEqual(bytes.subarray(start, at));
        expect(at).toBe(end);
      }),
    );
  });

  test('every record is in exactly one segment, as it was', () => {
    fc.assert(
      fc.property(texts, sizes, ({ text, start, records }, segmentBytes) => {
        const reader = createReader();
        const read: string[] = [];
        for (const segment of split(
          createSplitter(options(start, segmentBytes), start),
          Buffer.from(text).subarray(start),
          13,
        )) {
          reader.open(segment.bytes);
          while (reader.next()) {
            expect(reader.row.problem).toBeNull();
            read.push(reader.raw());
          }
        }
        expect(read).toEqual(records);
      }),
    );
  });

  test('reading on from the end of any segment gives the segments that followed', () => {
    fc.assert(
      fc.property(texts, sizes, fc.nat(), ({ text, start }, segmentBytes, pick) => {
        const bytes = Buffer.from(text);
        const segments = split(
          createSplitter(options(start, segmentBytes), start),
          bytes.subarray(start),
          64,
        );
        const { start: position } = segments[pick % segments.length] ?? { start };
        const rest = split(
          createSplitter(options(position, segmentBytes), start),
          bytes.subarray(position),
          5,
        );
        const concat = (list: readonly Segment[]): string =>
          Buffer.concat(list.map((segment) => segment.bytes)).toString();
        expect(concat(rest)).toBe(concat(segments.filter((segment) => segment.start >= position)));
      }),
    );
  });

  test('a record that never ends is refused and not kept', () => {
    const limits = { ...toSplitLimits(LIMITS), recordBytesMax: 1_000 };
    const splitter = createSplitter({ limits, position: 0, segmentBytes: 10 }, 0);
    const head = Buffer.from('{"a":"<r>');
    const chunk = Buffer.from('x'.repeat(100));
    const push = (): void => {
      splitter.push(head);
      for (let i = 0; i < 100; i += 1) {
        splitter.push(chunk);
        splitter.next();
      }
    };
    expect(push).toThrow(JobFailure);
  });
});
