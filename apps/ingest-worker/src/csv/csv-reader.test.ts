import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { createCsvReader, type CsvLimits, type CsvRecord } from './csv-reader';

const WIDE: CsvLimits = { fieldBytesMax: 10_000, rowBytesMax: 10_000 };

type Read = CsvRecord & { raw: string };

interface Options {
  limits?: CsvLimits;
  chunkBytes?: number;
  delimiter?: string;
  offset?: number;
  line?: number;
}

function read(input: string | Uint8Array, options: Options = {}): Read[] {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const { limits = WIDE, chunkBytes = bytes.length || 1, delimiter = ',', offset = 0, line = 1 } = options;
  const reader = createCsvReader({ delimiter: delimiter.charCodeAt(0), limits, offset, line });
  const records: Read[] = [];
  const drain = (): void => {
    for (let record = reader.next(); record !== null; record = reader.next()) {
      records.push({ ...record, raw: reader.raw() });
    }
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A copy that is wiped after the push: the reader may not keep the chunk.
    const chunk = Uint8Array.from(bytes.subarray(at, at + chunkBytes));
    reader.push(chunk);
    chunk.fill(0x3f);
    drain();
  }
  reader.end();
  drain();
  return records;
}

const fieldsOf = (records: readonly CsvRecord[]): (readonly string[])[] =>
  records.map(({ fields }) => fields);
const problemsOf = (records: readonly CsvRecord[]): (string | null)[] =>
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

  test('lose a byte order mark at the start of the file, also before a quote, and nowhere else', () => {
    expect(fieldsOf(read('\ufeff"a",b\n\ufeffc,d\n'))).toEqual([
      ['a', 'b'],
      ['\ufeffc', 'd'],
    ]);
    expect(fieldsOf(read('\ufeffa', { offset: 10 }))).toEqual([['\ufeffa']]);
  });

  test('carry line, offset and end in bytes of the source', () => {
    const places = read('ä,b\n\n"x\ny\r\nz",1\r\nlast').map(({ line, offset, end, endLine }) => ({
      line,
      offset,
      end,
      endLine,
    }));
    expect(places).toEqual([
      { line: 1, offset: 0, end: 5, endLine: 2 },
      { line: 3, offset: 6, end: 18, endLine: 6 },
      { line: 6, offset: 18, end: 22, endLine: 6 },
    ]);
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
      end: 12,
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

  test('a row far longer than the window, of which only the start is kept', () => {
    const csv = `a,b\n${'x'.repeat(300_000)}\n1,2\n`;
    const records = read(csv, { chunkBytes: 1_000 });
    expect(problemsOf(records)).toEqual([null, 'row_too_long', null]);
    expect(records[1]?.raw).toBe('x'.repeat(65_536));
    expect(records[2]).toMatchObject({ line: 3, offset: 300_005, end: csv.length });
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

test('every way of cutting the bytes into chunks gives the same records', () => {
  const limits = { fieldBytesMax: 9, rowBytesMax: 14 };
  fc.assert(
    fc.property(messy, (csv) => {
      const whole = read(csv, { limits });
      for (const chunkBytes of [1, 2, 3, 5, 8, 13]) expect(read(csv, { limits, chunkBytes })).toEqual(whole);
    }),
    { numRuns: 1_000 },
  );
});

test('every byte belongs to exactly one record, a blank line or the byte order mark', () => {
  fc.assert(
    fc.property(messy, (csv) => {
      const bytes = Buffer.from(csv);
      let at = 0;
      for (const { offset, end, line, endLine } of read(csv, {
        limits: { fieldBytesMax: 9, rowBytesMax: 14 },
      })) {
        expect(bytes.toString('utf8', at, offset)).toMatch(at === 0 ? /^\ufeff?[\r\n]*$/ : /^[\r\n]*$/);
        expect(end).toBeGreaterThan(offset);
        expect(endLine).toBeGreaterThanOrEqual(line);
        at = end;
      }
      expect(bytes.toString('utf8', at)).toMatch(at === 0 ? /^\ufeff?[\r\n]*$/ : /^[\r\n]*$/);
    }),
    { numRuns: 1_000 },
  );
});

test('reading on from the end of any record gives the records that follow', () => {
  fc.assert(
    fc.property(messy, fc.nat(), (csv, pick) => {
      const bytes = Buffer.from(csv);
      const limits = { fieldBytesMax: 9, rowBytesMax: 14 };
      const records = read(csv, { limits });
      if (records.length === 0) return;
      const index = pick % records.length;
      const { end = 0, endLine = 1 } = records[index] ?? {};
      expect(read(bytes.subarray(end), { limits, offset: end, line: endLine })).toEqual(
        records.slice(index + 1),
      );
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
        const records = read(csv, { delimiter, chunkBytes });
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
