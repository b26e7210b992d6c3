import { analyzedColumnSchema } from '@bigdata/models';
import { describeMapping } from './describe-mapping';
import { mapColumns } from './map-columns';

test('every column is shown with its field, why it has it, and three different values as in the file', () => {
  const sample = [
    ['a@b.example.com', 'a@b.example.com', ' ', 'C@D.example.com ', 'e@f.example.com', 'g@h.example.com'],
    [],
  ];
  const described = describeMapping(mapColumns(['Mail', 'Shoe size'], {}, sample), sample);
  expect(described).toEqual([
    {
      column: 'Mail',
      field: 'email',
      confidence: 0.98,
      reason: 'header',
      samples: ['a@b.example.com', 'C@D.example.com ', 'e@f.example.com'],
    },
    { column: 'Shoe size', field: null, confidence: 0, reason: 'none', samples: [] },
  ]);
  for (const column of described) expect(analyzedColumnSchema.safeParse(column).success).toBe(true);
});

test('a long value is cut without breaking a character', () => {
  const sample = [[`${'x'.repeat(199)}😀 and more`]];
  const [column] = describeMapping(mapColumns(['email'], { email: 'company' }, sample), sample);
  expect(column?.samples[0]?.isWellFormed()).toBe(true);
  expect(column?.samples[0]?.length).toBeLessThanOrEqual(201);
});

test('a column behind the sample has no values', () => {
  expect(describeMapping(mapColumns(['email', 'note'], {}), [])[1]?.samples).toEqual([]);
});
