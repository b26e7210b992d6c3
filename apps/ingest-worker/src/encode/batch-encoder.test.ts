/** The encoder works on bytes and takes short cuts: it is held to the plain use of the normalisers. */
import { isRecordFieldName } from '@bigdata/models';
import { dedupeKey, foldForMatch } from '@bigdata/normalization';
import fc from 'fast-check';
import { createRowReader } from '../formats/open-format';
import { type ReadPlan } from '../formats/rows';
import { type Column } from '../mapping/map-columns';
import { createRowNormalizer } from '../rows/normalize-row';
import { CSV_LIMITS } from '../test-support/read-csv';
import { readNative } from '../test-support/read-native';
import { createBatchEncoder } from './batch-encoder';
import { blockColumnsOf } from './block-columns';
import { CELL_FIELDS, type CellField } from './row-cells';

const JOB_ID = '01234567-89ab-7def-8123-456789abcdef';
const STARTED_MS = Date.parse('2026-05-01T10:00:00Z');
const LOAD = 7;

function encode(columns: readonly string[], rows: readonly (readonly string[])[], country: string | null) {
  const plan: ReadPlan = {
    compression: 'none',
    member: null,
    encoding: 'utf-8',
    format: { kind: 'csv', delimiter: ',', quote: '"', hasHeader: true },
    columns: [...columns],
    start: 0,
    startLine: 1,
  };
  const mapped = columns.map((name): Column => {
    const field = isRecordFieldName(name) ? name : null;
    return { name, field, confidence: 1, reason: 'mapping' };
  });
  const encoder = createBatchEncoder({
    columns: mapped,
    dataset: 'people',
    jobId: JOB_ID,
    loadNumber: LOAD,
    startedMs: STARTED_MS,
    country,
    keyPolicy: null,
    erased: null,
  });
  const reader = createRowReader(plan, CSV_LIMITS);
  const csv = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
  reader.open(Buffer.from(`${csv}\n`));
  encoder.begin(3);
  const kept: boolean[] = [];
  while (reader.next()) {
    expect(reader.row.problem).toBeNull();
    kept.push(encoder.add(reader.row) === null);
  }
  const { block, rows: count, warnings } = encoder.finish();
  const table = count === 0 ? new Map<string, never[]>() : readNative(Buffer.concat(block));
  // What an insert names is all that a block may have.
  const known = blockColumnsOf(mapped, country);
  expect([...table.keys()].filter((name) => !known.includes(name))).toEqual([]);
  return { kept, count, warnings, table, mapped };
}

const VERSION = `\0\0\0\x07${String.fromCharCode(0, 0, 0x30, 0)}`;
const packed = (value: string, version = VERSION): string =>
  value === '' ? '' : version + Buffer.from(value).toString('latin1');

/** What the table reads as the match form: what is stored, or the value in ClickHouse's lower case. */
function matchRead(stored: string, value: string, lower: boolean): string {
  if (stored !== '') return stored.slice(8);
  const latin1 = value.slice(8);
  return lower ? latin1.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : latin1;
}

const FOLDED = ['full_name', 'first_name', 'middle_name', 'last_name', 'company', 'city'] as const;

function expectSame(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  country: string | null,
): void {
  const { kept, table, warnings, mapped } = encode(columns, rows, country);
  const normalize = createRowNormalizer(mapped, { country, today: '2026-05-01' });
  const reference = rows.map((row) => normalize(row));
  const keys = reference.map((row) => dedupeKey(row, { dataset: 'people' }));
  expect(kept).toEqual(keys.map((key) => key !== null));
  const present = reference.filter((_row, index) => keys[index] !== null);
  const presentKeys = keys.flatMap((key) => (key === null ? [] : [key]));
  const seen = new Map<string, number>();
  const counted: Record<string, Record<string, number>> = {};
  present.forEach((row, index) => {
    const key = presentKeys[index]?.key.toString('latin1') ?? '';
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    const version = VERSION.slice(0, 7) + String.fromCharCode(occurrence);
    const at = (column: string): unknown => table.get(column)?.[index] ?? '';
    expect(at('dedupe_key')).toBe(key);
    expect(at('key_rule')).toBe(presentKeys[index]?.rule);
    for (const field of CELL_FIELDS) {
      const value = row[field] ?? '';
      expect({ field, value: at(`v_${field}`) }).toEqual({ field, value: packed(value, version) });
      const raw = row.rawEntries.find(([name]) => name === field)?.[1] ?? '';
      expect({ field, raw: at(`r_${field}`) }).toEqual({ field, raw: packed(raw, version) });
    }
    expect(at('v_phone_extension')).toBe(packed(row.phone_extension ?? '', version));
    const email = matchRead(String(at('m_email')), String(at('v_email')), false);
    expect(email).toBe(Buffer.from(row.email_match ?? '').toString('latin1'));
    for (const field of FOLDED) {
      const match = matchRead(String(at(`m_${field}`)), String(at(`v_${field}`)), true);
      const wanted = row[field] === null ? '' : foldForMatch(row[field]);
      expect({ field, match }).toEqual({ field, match: Buffer.from(wanted).toString('latin1') });
    }
    const attributes = Object.fromEntries(
      row.attributeEntries.map(([name, value]) => [
        Buffer.from(name).toString('latin1'),
        packed(value, version),
      ]),
    );
    expect(table.has('v_attributes') ? at('v_attributes') : {}).toEqual(attributes);
    for (const [field, code] of row.refusals) {
      const ofField = (counted[field] ??= {});
      ofField[code] = (ofField[code] ?? 0) + 1;
    }
  });
  expect(warnings).toEqual(counted);
}

const word = fc.constantFrom(
  ...[
    'Jane',
    'DOE',
    "O'Neill",
    'van der Berg',
    'josé',
    'Müller',
    '王小明',
    'Dr.',
    'Jr.',
    'Anne-Marie',
    'McDonald',
    'II',
  ],
);
const messy = fc
  .array(fc.constantFrom('a', 'B', '1', ' ', '  ', '.', '-', ',', 'é', '漢', '\u200b', '\t', '@', '+', "'"), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const CELLS: Readonly<Record<CellField | 'Note', fc.Arbitrary<string>>> = {
  country: fc.constantFrom('US', 'us', 'Germany', 'Deutschland', 'GB', 'nowhere', ''),
  email: fc.oneof(
    fc.constantFrom(
      ...[
        'Jane.Doe@Example.com',
        'j.doe+x@GMail.com',
        'x@y',
        'a..b@c.de',
        'jane@xn--mnchen-3ya.example',
        'ñ@b.es',
      ],
      ...[
        'a@b-.com',
        'a@-b.com',
        'a@b--c.com',
        'jane@example.c0m',
        'Jane <jane@x.org>',
        '.a@b.com',
        'a.@b.com',
        'a@b.c',
      ],
      ...[
        `${'a'.repeat(65)}@b.com`,
        `a@${'b'.repeat(64)}.com`,
        'shop@jane.fastmail.com',
        'a@1.2.3.4',
        'A_B%c@d.co.uk',
      ],
    ),
    messy,
  ),
  phone: fc.oneof(
    fc.constantFrom(
      '(415) 555-0132',
      '+44 20 7946 0958',
      '030 123456',
      '12',
      '415-555-0132 x5',
      '４１５５５５０１３２',
    ),
    messy,
  ),
  first_name: fc.oneof(word, messy),
  middle_name: fc.oneof(word, messy),
  last_name: fc.oneof(word, messy),
  name_prefix: fc.oneof(fc.constantFrom('Dr.', 'Mr', 'prof'), messy),
  name_suffix: fc.oneof(fc.constantFrom('Jr.', 'III', 'PhD'), messy),
  full_name: fc.oneof(
    fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
    messy,
  ),
  birth_date: fc.oneof(
    fc.constantFrom(
      '1980-02-29',
      '1981-02-29',
      '1980-04-31',
      '03/04/1980',
      '2026-05-01',
      '2026-05-02',
      '0999-01-01',
    ),
    messy,
  ),
  gender: fc.oneof(fc.constantFrom('F', 'male', 'weiblich'), messy),
  company: fc.oneof(fc.constantFrom('Acme, Inc.', 'ACME', 'Müller GmbH'), messy),
  job_title: messy,
  website: fc.oneof(fc.constantFrom('example.com', 'https://Example.com/A', 'x'), messy),
  address: messy,
  city: fc.oneof(fc.constantFrom('St. Louis', 'Köln', 'Springfield'), messy),
  region: messy,
  postal_code: fc.oneof(fc.constantFrom('94105', '1234', 'SW1A 1AA', '00501', '12345-6789', '123456'), messy),
  Note: messy,
};
const COLUMNS = [...CELL_FIELDS, 'Note'];
const row = fc.tuple(
  ...COLUMNS.map((column) => fc.oneof(fc.constant(''), CELLS[column as CellField | 'Note'])),
);

test('a batch holds what the normalisers make of its rows, with match forms, raw texts, keys and warnings', () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.subarray(COLUMNS, { minLength: 1 }),
      fc.constantFrom(null, 'US', 'DE'),
      (rows, columns, country) => {
        const indexes = columns.map((column) => COLUMNS.indexOf(column));
        const cells = rows.map((values) => indexes.map((index) => values[index] ?? ''));
        // A line without a byte is no row; with one column that is a row of an empty cell in quotes.
        expectSame(columns, cells, country);
      },
    ),
    { numRuns: 300 },
  );
});

test('of rows with one key in a batch each has a place of its own, the later one the greater', () => {
  const { table } = encode(
    ['email', 'company', 'Note'],
    [
      ['a@example.com', 'First', 'x'],
      ['b@example.com', 'Other', ''],
      ['A@example.com', 'Second', 'y'],
    ],
    null,
  );
  const places = (table.get('v_company') ?? []).map((value) =>
    typeof value === 'string' ? value.charCodeAt(7) : -1,
  );
  expect(places).toEqual([0, 0, 1]);
  expect(
    (table.get('v_attributes') ?? []).map((map) =>
      typeof map === 'object' ? Object.values(map).map((value) => value.charCodeAt(7)) : [],
    ),
  ).toEqual([[0], [], [1]]);
});

test('a row that is left out leaves nothing behind', () => {
  const { kept, table, count } = encode(
    ['phone', 'Note'],
    [
      ['nonsense', ' '],
      ['', 'kept'],
    ],
    null,
  );
  expect(kept).toEqual([false, true]);
  expect(count).toBe(1);
  expect([...table.keys()].filter((column) => /^[vmr]_/.test(column))).toEqual(['v_ingest', 'v_attributes']);
});

test('every row says where it comes from', () => {
  const { table } = encode(['email'], [['a@example.com']], null);
  expect(table.get('load')).toEqual([LOAD]);
  expect(table.get('dataset')).toEqual(['people']);
  expect(table.get('first_seen_at')).toEqual([STARTED_MS]);
  expect(table.get('v_ingest')).toEqual([
    `\0\0\0\x07${Buffer.from(JOB_ID.replaceAll('-', ''), 'hex').toString('latin1')}`,
  ]);
});
