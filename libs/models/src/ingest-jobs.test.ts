import { analysisSchema } from './ingest-analysis';
import { analyzeFileSchema, createJobSchema } from './ingest-jobs';

const REQUEST = {
  source: 'inbox://people.csv',
  dataset: 'people',
  country: 'us',
  mapping: { Mail: 'email' },
};

const ANALYSIS = {
  source: 'inbox://people.csv',
  format: 'csv',
  compression: 'none',
  encoding: 'utf-8',
  delimiter: ',',
  quote: '"',
  has_header: true,
  json_path: null,
  xml_element: null,
  bytes_total: 120,
  fingerprint: 'a'.repeat(64),
  columns: [
    { column: 'Mail', field: 'email', confidence: 0.98, reason: 'header', samples: ['A@b.example.com'] },
  ],
  sample: [
    {
      line: 2,
      record: { email: 'a@b.example.com', attributes: { Note: 'x' } },
      raw: { Mail: 'A@b.example.com', Note: 'x' },
      warnings: [{ field: 'phone', code: 'invalid_phone' }],
      key_rule: 'email.v1',
      record_id: '0'.repeat(32),
    },
  ],
  rejects: [
    {
      line: 3,
      byte_offset: 40,
      column: null,
      code: 'no_identifier',
      reason: 'Nothing identifies it.',
      raw: ',',
    },
  ],
};

test('an analysis is asked for as a job is, but never forced', () => {
  expect(analyzeFileSchema.parse(REQUEST)).toEqual({ ...REQUEST, country: 'US', hints: {} });
  expect(analyzeFileSchema.parse({ source: 'inbox://people.csv' })).toEqual({
    source: 'inbox://people.csv',
    dataset: 'default',
    country: null,
    mapping: {},
    hints: {},
  });
  expect(createJobSchema.safeParse({ ...REQUEST, force: true }).success).toBe(true);
  expect(analyzeFileSchema.safeParse({ ...REQUEST, force: true }).success).toBe(false);
});

test('what no job may ask, no analysis may', () => {
  expect(analyzeFileSchema.safeParse({ ...REQUEST, source: 'ftp://example.com/x' }).success).toBe(false);
  expect(analyzeFileSchema.safeParse({ ...REQUEST, mapping: { Mail: 'record_id' } }).success).toBe(false);
});

test('an analysis passes its schema unchanged', () => {
  expect(analysisSchema.parse(ANALYSIS)).toEqual(ANALYSIS);
});

test.each([
  ['a fingerprint that is none', { fingerprint: 'abc' }],
  ['a confidence over 1', { columns: [{ ...ANALYSIS.columns[0], confidence: 1.5 }] }],
  ['an unknown reason', { columns: [{ ...ANALYSIS.columns[0], reason: 'guess' }] }],
  ['four samples', { columns: [{ ...ANALYSIS.columns[0], samples: ['a', 'b', 'c', 'd'] }] }],
])('an analysis with %s is refused', (_, wrong) => {
  expect(analysisSchema.safeParse({ ...ANALYSIS, ...wrong }).success).toBe(false);
});
