import { percentile, reportQuery, summarize, summarizeStream } from './query-report';

const MACHINE = { node: 'v24', cores: 2, machine: 'test' };

test('percentiles are of the sorted times', () => {
  const times = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(times, 0.5), percentile(times, 0.99), percentile([7], 0.99)]).toEqual([51, 100, 7]);
});

test('growth compares the largest size with the smallest, and a case without a direct run has no ratio', () => {
  const small = summarize([1, 2, 3], [1, 1, 1], 1_000);
  const large = summarize([4, 4, 4], [2, 2, 2], 3_000);
  const alone = summarize([5], [], 0);
  const { figures, tables } = reportQuery(
    [
      {
        rows: 10,
        table: { load_s: 1, load_cpu_s: null },
        cases: new Map([
          ['lookup', small],
          ['page', alone],
        ]),
      },
      {
        rows: 100,
        table: { load_s: 9, load_cpu_s: 7 },
        cases: new Map([
          ['lookup', large],
          ['page', alone],
        ]),
      },
    ],
    MACHINE,
  );
  expect(figures['lookup']).toEqual({
    p50_ms: 4,
    p99_ms: 4,
    direct_p50_ms: 2,
    rows_read: 3_000,
    ratio_to_direct: 2,
  });
  expect(figures['growth']).toEqual({
    from_rows: 10,
    to_rows: 100,
    lookup: { p50: 2, rows_read: 3 },
    page: { p50: 1, rows_read: null },
  });
  expect(figures['smaller']).toEqual({
    10: { table: { load_s: 1, load_cpu_s: null }, lookup: small, page: alone },
  });
  expect(tables[0]?.rows).toEqual([
    ['10', '1', '–'],
    ['100', '9', '7'],
  ]);
  expect(tables.slice(1).map(({ rows }) => rows.map(([name]) => name))).toEqual([
    ['lookup', 'page'],
    ['lookup', 'page'],
  ]);
});

test('a stream is compared by its throughput: slower than straight is below 1', () => {
  expect(summarizeStream(10_000_000, [100, 125, 200], [100, 100, 100], 7)).toEqual({
    ...{ p50_ms: 125, p99_ms: 200, direct_p50_ms: 100, rows_read: 7 },
    ...{ mb_per_s: 80, direct_mb_per_s: 100, ratio_to_direct: 0.8 },
  });
});
