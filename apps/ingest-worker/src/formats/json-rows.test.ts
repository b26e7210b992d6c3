import fc from 'fast-check';
import { LIMITS, valuesOf } from '../test-support/read-rows';
import { createJsonRowReader } from './json-rows';
import { createNdjsonRowReader } from './ndjson-rows';
import { type ReadLimits, type RowProblem, type RowReader } from './rows';

interface Read {
  readonly values: Record<string, string>;
  readonly problem: RowProblem | null;
  readonly column: number | null;
  readonly raw: string;
  readonly line: number;
  readonly offset: number;
}

function readAll(reader: RowReader, text: string | Buffer, columns: readonly string[]): Read[] {
  const rows: Read[] = [];
  reader.open(Buffer.from(text));
  while (reader.next()) {
    const { row } = reader;
    rows.push({
      values: row.problem === null ? valuesOf(row, columns) : {},
      problem: row.problem,
      column: row.problemColumn,
      raw: reader.raw(),
      line: row.line,
      offset: row.offset,
    });
  }
  return rows;
}

const lines = (text: string | Buffer, columns: string[] = [], limits: ReadLimits = LIMITS): Read[] =>
  readAll(createNdjsonRowReader({ columns }, limits), text, columns);
const records = (text: string, columns: string[] = [], limits: ReadLimits = LIMITS): Read[] =>
  readAll(createJsonRowReader({ columns }, limits), text, columns);
const valueOf = (json: string): Record<string, string> | undefined => lines(json)[0]?.values;

describe('values', () => {
  test('are text: numbers as they are written, booleans, and null as nothing', () => {
    expect(valueOf('{"a":1.50,"b":-0,"c":12345678901234567890,"d":true,"e":null,"f":""}')).toEqual({
      a: '1.50',
      b: '-0',
      c: '12345678901234567890',
      d: 'true',
    });
  });

  test('of nested objects have dotted names, arrays are JSON without space between tokens', () => {
    expect(valueOf('{"a":{"b":{"c":"x"},"d":{}},"e":[1, "a \\" b",\t{"f": null}],"g":[ ]}')).toEqual({
      'a.b.c': 'x',
      e: '[1,"a \\" b",{"f":null}]',
      g: '[]',
    });
  });

  test('are the last ones of a key that comes twice, in columns and beside them', () => {
    expect(lines('{"a":"1","b":"1","a":"2","b":null}', ['a'])[0]?.values).toEqual({ a: '2', b: '' });
  });

  test('have their escapes resolved, and half a surrogate pair is U+FFFD', () => {
    expect(valueOf('{"\\u0061\\n":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\ud83dx\\udc00"}')).toEqual(
      {
        'a\n': '"\\/\b\f\n\r\té😀\ufffdx\ufffd',
      },
    );
  });

  test('of columns lie in the row, of other names in extras', () => {
    const reader = createNdjsonRowReader({ columns: ['b', 'a.x'] }, LIMITS);
    reader.open(Buffer.from('{"a":{"x":"1","y":"2"},"b":"3"}'));
    reader.next();
    const { row } = reader;
    expect(row.count).toBe(2);
    expect(row.bytes.toString('utf8', row.starts[0], row.ends[0])).toBe('3');
    expect(row.bytes.toString('utf8', row.starts[1], row.ends[1])).toBe('1');
    expect(row.extras).toEqual([['a.y', '2']]);
  });
});

describe('NDJSON', () => {
  test('has a row per line, whatever ends it, and none for blank lines', () => {
    const rows = lines('{"a":1}\r\n\n \t\r{"a":2}\r{"a":3} \n\n{"a":4}');
    expect(rows.map(({ values, line }) => [values['a'], line])).toEqual([
      ['1', 0],
      ['2', 3],
      ['3', 4],
      ['4', 6],
    ]);
  });

  test('counts the line ends of the segment', () => {
    const reader = createNdjsonRowReader({ columns: [] }, LIMITS);
    reader.open(Buffer.from('{}\r\n{"a":"b\n{}\r\n\n'));
    while (reader.next());
    expect(reader.lines()).toBe(4);
  });

  test.each([
    ['several objects on a line', '{"a":1}{"a":2}', 'malformed_json'],
    ['text behind the object', '{"a":1} x', 'malformed_json'],
    ['a string without an end', '{"a":"1}', 'malformed_json'],
    ['a comma too many', '{"a":1,}', 'malformed_json'],
    ['a number with a leading zero', '{"a":01}', 'malformed_json'],
    ['a control character', '{"a":"\t"}', 'malformed_json'],
    ['an array', '[1]', 'not_an_object'],
    ['a number', '1', 'not_an_object'],
  ])('%s costs that line alone', (_name, line, problem) => {
    const rows = lines(`{"a":0}\n${line}\n{"a":9}\n`);
    expect(rows.map((row) => row.problem)).toEqual([null, problem, null]);
    expect(rows[1]?.raw).toBe(line);
    expect(rows[2]?.values).toEqual({ a: '9' });
  });

  test('a line that is no UTF-8 costs itself', () => {
    const rows = lines(
      Buffer.concat([Buffer.from('{"a":"é"}\n{"a":"'), Buffer.of(0xff), Buffer.from('"}\n{"a":1}')]),
    );
    expect(rows.map(({ problem }) => problem)).toEqual([null, 'invalid_encoding', null]);
  });
});

describe('bounds', () => {
  const limits = { ...LIMITS, fieldBytesMax: 4, rowBytesMax: 30, depthMax: 2 };

  test('a field, a row and nesting over theirs are refused, on them they are fine', () => {
    const rows = lines(
      '{"a":"1234"}\n{"b":1,"a":"12345"}\n{"a":[]}\n{"a":[[1]]}\n{"a":1,"b":2,"c":3,"d":4,"e":5}\n',
      ['b', 'a'],
      limits,
    );
    expect(rows.map(({ problem, column }) => [problem, column])).toEqual([
      [null, null],
      ['field_too_long', 1],
      [null, null],
      ['nested_too_deep', null],
      ['row_too_long', null],
    ]);
  });

  test('more names than there may be columns are refused', () => {
    expect(lines('{"a":1,"b":2,"c":3}', [], { ...LIMITS, columnsMax: 2 })[0]?.problem).toBe(
      'too_many_columns',
    );
  });
});

describe('JSON', () => {
  test('has a row per record, over as many lines as it takes', () => {
    const rows = records('\n {"a":\n1}\r\n, {"a":"x"} ,\n7,"s" , {"a":tru},[{"a":1}],\n{"a":{"b":2}}\n');
    expect(rows.map(({ values, problem, line, raw }) => [values, problem, line, raw])).toEqual([
      [{ a: '1' }, null, 1, '{"a":\n1}'],
      [{ a: 'x' }, null, 3, '{"a":"x"}'],
      [{}, 'not_an_object', 4, '7'],
      [{}, 'not_an_object', 4, '"s"'],
      [{}, 'malformed_json', 4, '{"a":tru}'],
      [{}, 'not_an_object', 4, '[{"a":1}]'],
      [{ 'a.b': '2' }, null, 5, '{"a":{"b":2}}'],
    ]);
  });
});

/** What the reader should make of an object, from what JSON.parse makes of it. */
function flatten(value: object, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, each]: [string, unknown]): [string, string][] => {
    const name = prefix + key;
    if (each === null || each === '') return [];
    if (Array.isArray(each) || typeof each !== 'object') {
      return [[name, typeof each === 'string' ? each : JSON.stringify(each)]];
    }
    return flatten(each, `${name}.`);
  });
}

const key = fc.stringMatching(/^[a-z"\\é😀]{1,3}$/u);
const json = fc.dictionary(
  key,
  fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.oneof(fc.string(), fc.integer(), fc.dictionary(key, fc.integer()))),
    fc.dictionary(key, fc.dictionary(key, fc.string())),
  ),
);

test('objects give what JSON.parse gives, pretty or not', () => {
  fc.assert(
    fc.property(fc.array(json, { minLength: 1 }), fc.constantFrom(0, 2, '\t'), (objects, space) => {
      const expected = objects.map((object) => Object.fromEntries(flatten(object)));
      const text = objects.map((object) => JSON.stringify(object, null, space));
      expect(records(text.join(',\r\n')).map(({ values }) => values)).toEqual(expected);
      const compact = objects.map((object) => JSON.stringify(object)).join('\n');
      expect(lines(compact).map(({ values }) => values)).toEqual(expected);
    }),
  );
});

test('a line is refused exactly when JSON.parse refuses it', () => {
  const token = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '"',
    '\\',
    'u00e9',
    '1',
    '-',
    '.',
    'e',
    '0',
    'true',
    'null',
    ' ',
    '{"a":',
    '"b":1',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      const line = tokens.join('');
      if (line.trim() === '') return;
      let isValid = true;
      try {
        JSON.parse(line);
      } catch {
        isValid = false;
      }
      const [row] = lines(line);
      expect(row?.problem === null || row?.problem === 'not_an_object').toBe(isValid);
    }),
    { numRuns: 5_000 },
  );
});
