import { type DesignFigures } from './measure-design';
import { reportTables } from './tables-report';

const state = (sizeMib: number, ms: number) => ({
  ...{ sizeMib, parts: 1 },
  reads: { byKeyMs: ms, byEmailMs: ms, countMs: ms, filteredCountMs: ms, pageMs: ms },
});
const spent = (elapsedS: number, cpuS: number | null) => ({ elapsedS, cpuS });

const figuresOf = (cpuS: number | null): DesignFigures => ({
  source: spent(1, cpuS),
  loadMerging: spent(4, cpuS && 4 * cpuS),
  load: spent(2, cpuS && 3 * cpuS),
  unmerged: state(20, 4),
  merged: state(10, 2),
  optimize: spent(3, cpuS),
  undo: { ...spent(0.01, cpuS), how: 'drop partition' },
});

const report = (cpuS: number | null) =>
  reportTables({
    ...{ rowsPerLoad: 1_000_000, distinctKeys: 1_600_000, selectOneMs: 1 },
    machine: { node: 'v24', cores: 2, machine: 'a machine' },
    designs: new Map([['packed', figuresOf(cpuS)]]),
  });

describe('the report of the benchmark of tables', () => {
  it('counts for a load only what is spent beyond reading the source', () => {
    expect(report(1).figures).toMatchObject({
      rows: 2_000_000,
      distinct_keys: 1_600_000,
      designs: {
        packed: {
          load_optimize_on_insert_1: { rows_per_s: 250_000, cpu_us_per_row: 3 },
          load_optimize_on_insert_0: { rows_per_s: 500_000, cpu_us_per_row: 2 },
          unmerged: { size_mib: 20, by_key_ms: 4 },
          merged: { size_mib: 10, by_key_ms: 2 },
          undo_how: 'drop partition',
        },
      },
    });
  });

  it('has null for processor time where the machine does not tell', () => {
    expect(report(null).figures['designs']).toMatchObject({
      packed: { load_optimize_on_insert_0: { cpu_us_per_row: null }, optimize_cpu_us_per_row: null },
    });
  });

  it('shows for people what was before and after merging', () => {
    const [table] = report(1).tables;
    expect(table?.rows).toEqual([
      [
        ...['packed', '250,000 → 500,000', '3.00 → 2.00', '20 → 10', '3.0'],
        ...Array<string>(5).fill('4.0 → 2.0'),
        '0.01 (drop partition)',
      ],
    ]);
  });
});
