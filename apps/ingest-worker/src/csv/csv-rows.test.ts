import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type ReadCsvOptions, type ReadCsvRow, readCsv } from '../test-support/read-csv';

const read = (input: string | Uint8Array, options: ReadCsvOptions = {}): readonly ReadCsvRow[] =>
  readCsv(input, options).rows;

const fieldsOf = (records: readonly ReadCsvRow[]): (readonly string[])[] =>
  records.map(({ fields }) => fields);
const problemsOf = (records: readonly ReadCsvRow[]): (string | null)[] =>
  records.map(({ problem }) => problem);

describe('records', () => {
  test.each([
    ['LF', 'a,b\n1,2\n'],
    ['CRLF', 'a,b\r\n1,2\r\n'],
    ['CR', 'a,b\r1,2\r'],
    ['all three mixed, without a last line end', 'a,b\r1,2'],
  ])('end with %s', (_name, csv) => {
    expect(fieldsOf(read(csv))).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });

  test('hold delimiters, quotes and line ends inside quotes', () => {
    expect(fieldsOf(read('"a,""b""","c\r\nd\re\nf"\n"","x"\n'))).toEqual([
      ['a,"b"', 'c\r\nd\re\nf'],
      ['', 'x'],
    ]);
  });

  test('keep a quote that does not start the field as it is', () => {
    expect(fieldsOf(read('5" pipe, "x"\n'))).toEqual([['5" pipe', ' "x"']]);
  });

  test('may have empty fields, and a lone pair of quotes is a record while an empty line is none', () => {
    expect(fieldsOf(read('\n\r\n,\n\n""\n\r,,x\n\n'))).toEqual([['', ''], [''], ['', '', 'x']]);
  });

  test('carry their line and offset', () => {
    const { rows, lines } = readCsv('ä,b\n\n"x\ny\r\nz",1\r\nlast');
    expect(rows.map(({ line, offset }) => ({ line, offset }))).toEqual([
      { line: 1, offset: 0 },
      { line: 3, offset: 6 },
      { line: 6, offset: 18 },
    ]);
    expect(lines).toBe(5);
  });

  test('may be quoted otherwise, or not at all', () => {
    expect(fieldsOf(read("'a;''b'';\n'|\"c\n", { quote: "'", delimiter: '|' }))).toEqual([
      ["a;'b';\n", '"c'],
    ]);
    expect(fieldsOf(read('"a,b"\n', { quote: null }))).toEqual([['"a', 'b"']]);
  });

  test('give their raw text without the line end', () => {
    expect(read('"a ""x""",b\r\nc\n').map(({ raw }) => raw)).toEqual(['"a ""x""",b', 'c']);
  });
});

describe('a bad row costs itself alone', () => {
  test('a quote that is never closed: its first line', () => {
    const records = read('a,b\n1,"open\n2,x\n3,y\n');
    expect(fieldsOf(records)).toEqual([['a', 'b'], [], ['2', 'x'], ['3', 'y']]);
    expect(records[1]).toMatchObject({
      problem: 'unterminated_quote',
      line: 2,
      offset: 4,
      raw: '1,"open',
    });
  });

  test('a quote that the next quoted field seems to close: its first line', () => {
    const records = read('1,"open\n2,"x, y"\n3,"z"\n');
    expect(problemsOf(records)).toEqual(['invalid_quote', null, null]);
    expect(fieldsOf(records).slice(1)).toEqual([
      ['2', 'x, y'],
      ['3', 'z'],
    ]);
  });

  test('a quote that stays open beyond the longest row: its first line', () => {
    const records = read(`"open\n${'x\n'.repeat(30)}`, { limits: { fieldBytesMax: 20, rowBytesMax: 20 } });
    expect(problemsOf(records)).toEqual(['unterminated_quote', ...Array<null>(30).fill(null)]);
  });

  test('text after a closing quote', () => {
    const records = read('"a"b,c\nd,e\n');
    expect(problemsOf(records)).toEqual(['invalid_quote', null]);
    expect(records[0]?.raw).toBe('"a"b,c');
  });

  test('a field or a row over its bound, and one exactly on it is fine', () => {
    const limits = { fieldBytesMax: 4, rowBytesMax: 9 };
    const records = read('1234,6789\n12345,1\n1234,67890\n"1234",8\n"1,23456",2\n', { limits });
    expect(problemsOf(records)).toEqual([null, 'field_too_long', 'row_too_long', null, 'row_too_long']);
    expect(records[1]?.column).toBe(0);
  });

  test('a row far longer than a segment, of which only the start is kept', () => {
    const csv = `a,b\n${'x'.repeat(300_000)}\n1,2\n`;
    const { rows, segments } = readCsv(csv, { chunkBytes: 1_000, segmentBytes: 100 });
    expect(problemsOf(rows)).toEqual([null, 'row_too_long', null]);
    expect(rows[1]?.raw).toBe('x'.repeat(10_001));
    expect(rows[2]).toMatchObject({ line: 3, offset: 300_005 });
    expect(Math.max(...segments.map(({ bytes }) => bytes.length))).toBeLessThan(12_000);
  });

  test('more cells than the file has columns, unless the surplus is blank', () => {
    const records = read('1,2\n1,2,3\n1,2,\n1,2," ",\n', { columns: 2 });
    expect(problemsOf(records)).toEqual([null, 'too_many_columns', null, null]);
  });

  test('bytes that are no UTF-8, and a zero byte', () => {
    const records = read(Buffer.from('a,\xff\nb,c\nd\0,e\n', 'latin1'));
    expect(problemsOf(records)).toEqual(['invalid_encoding', null, 'nul_byte']);
    expect(records[0]?.raw).toBe('a,\ufffd');
  });
});

/** Text that is rich in everything the reader looks at. */
const messy = fc
  .array(fc.constantFrom('"', '""', ',', '\n', '\r', '\r\n', 'a', 'bc', 'é', '漢', ' ', '\0', '\ufeff'), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''));

const cell = fc
  .array(fc.constantFrom('"', ',', ';', '\n', '\r', '\r\n', 'a', 'Bc', 'é', '漢', '😀', ' '), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const LIMITS = { fieldBytesMax: 9, rowBytesMax: 14 };

test('every way of cutting the bytes into chunks gives the same segments and records', () => {
  fc.assert(
    fc.property(messy, fc.constantFrom(1, 4, 11, 1_000), (csv, segmentBytes) => {
      const cut = (chunkBytes?: number) => {
        const { rows, segments } = readCsv(csv, {
          limits: LIMITS,
          segmentBytes,
          ...(chunkBytes === undefined ? {} : { chunkBytes }),
        });
        const ends = segments.map(({ start, bytes, dropped }) => start + bytes.length + dropped);
        return { rows, ends };
      };
      const whole = cut();
      for (const chunkBytes of [1, 2, 3, 5, 8, 13]) expect(cut(chunkBytes)).toEqual(whole);
    }),
    { numRuns: 1_000 },
  );
});

test('the segments hold every byte once, whole records each, and none is cut before it is full', () => {
  fc.assert(
    fc.property(messy, fc.constantFrom(1, 4, 11), (csv, segmentBytes) => {
      const bytes = Buffer.from(csv);
      const whole = readCsv(csv, { limits: LIMITS });
      const cut = readCsv(csv, { limits: LIMITS, segmentBytes });
      let at = 0;
      for (const segment of cut.segments) {
        const end = segment.start + segment.bytes.length + segment.dropped;
        expect(segment.start).toBe(at);
        expect(segment.bytes).toEqual(bytes.subarray(at, at + segment.bytes.length));
        expect(end - at >= segmentBytes || end === bytes.length).toBe(true);
        at = end;
      }
      expect(at).toBe(bytes.length);
      // Behind a line that is too long a line end is taken for granted; at the end of the file none follows it.
      const endsInDropped = (cut.segments.at(-1)?.dropped ?? 0) > 0;
      expect(endsInDropped || cut.lines === whole.lines).toBe(true);
      // The end of a segment may show another thing that is wrong with a broken line, but it breaks the same lines.
      const shown = (rows: readonly ReadCsvRow[]) =>
        rows.map(({ fields, line, offset, problem }) => ({
          fields,
          line,
          offset,
          isBroken: problem !== null,
        }));
      expect(shown(cut.rows)).toEqual(shown(whole.rows));
    }),
    { numRuns: 1_000 },
  );
});

test('between records there are line ends and nothing else', () => {
  fc.assert(
    fc.property(messy, (csv) => {
      const bytes = Buffer.from(csv);
      let at = 0;
      for (const { offset, raw } of read(csv)) {
        expect(bytes.toString('utf8', at, offset)).toMatch(/^[\r\n]*$/);
        at = offset + Buffer.byteLength(raw);
      }
      expect(bytes.toString('utf8', at)).toMatch(/^[\r\n]*$/);
    }),
    { numRuns: 1_000 },
  );
});

test('what a writer wrote by RFC 4180 is read back, and as csv-parse reads it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      (rows, delimiter, lineEnd, quoteAll, chunkBytes) => {
        const needsQuotes = new RegExp(`["\\r\\n${delimiter === '|' ? '\\|' : delimiter}]`);
        const csv = rows
          .map((row) =>
            row
              .map((value) =>
                quoteAll || needsQuotes.test(value) || (value === '' && row.length === 1)
                  ? `"${value.replaceAll('"', '""')}"`
                  : value,
              )
              .join(delimiter),
          )
          .join(lineEnd);
        const records = read(csv, { delimiter, chunkBytes, segmentBytes: 20 });
        expect(problemsOf(records)).toEqual(rows.map(() => null));
        expect(fieldsOf(records)).toEqual(rows);
        const theirs = parse(csv, {
          delimiter,
          record_delimiter: lineEnd,
          relax_column_count: true,
          skip_empty_lines: true,
        });
        expect(fieldsOf(records)).toEqual(theirs);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('random text is read as csv-parse reads it, wherever csv-parse accepts it', () => {
  const text = fc
    .array(fc.constantFrom('"', '""', ',', '\n', 'a', 'b', 'é', ' ', '"x"', ',"', '",'), { maxLength: 30 })
    .map((parts) => parts.join(''));
  let compared = 0;
  fc.assert(
    fc.property(text, (csv) => {
      let theirs: string[][];
      try {
        theirs = parse(csv, { relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' });
      } catch {
        return;
      }
      compared += 1;
      expect(fieldsOf(read(csv))).toEqual(theirs);
    }),
    { numRuns: 5_000 },
  );
  expect(compared).toBeGreaterThan(500);
});
