import { sizesUpTo } from './bench-query';

test.each([
  [1_000, [1_000]],
  [20_000, [2_000, 20_000]],
  [10_000_000, [1_000_000, 10_000_000]],
  [50_000_000, [1_000_000, 10_000_000, 50_000_000]],
])('%d records are measured with fewer before', (rows, sizes) => {
  expect(sizesUpTo(rows)).toEqual(sizes);
});
