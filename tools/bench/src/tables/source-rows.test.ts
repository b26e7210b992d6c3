import { buildSource, sourceSize } from './source-rows';

describe('the source of the benchmark of tables', () => {
  it('is two loads of half the rows, of which four in five have a key of their own', () => {
    expect(sourceSize(10_000_000)).toEqual({
      rowsPerLoad: 5_000_000,
      secondStart: 3_000_000,
      distinctKeys: 8_000_000,
    });
    expect(sourceSize(1).distinctKeys).toBe(1);
  });

  it('is the same statement on every run, by hashes of the person and not by chance', () => {
    const sql = buildSource(2, sourceSize(1_000));
    expect(sql).toBe(buildSource(2, sourceSize(1_000)));
    expect(sql).toContain('number + 300 AS person FROM numbers(500)');
    expect(sql).not.toMatch(/rand|generate|now\(/i);
  });
});
