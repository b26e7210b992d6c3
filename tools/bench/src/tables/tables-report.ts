/** From the measured designs to the figures of the benchmark of tables. Pure. */
import { type BenchmarkResult, type Figure } from '../benchmark';
import { type Machine } from '../system/machine';
import { DESIGNS } from './designs';
import { type Spent } from './load-design';
import { type DesignFigures, type State } from './measure-design';
import { type ReadTimes } from './read-design';

export type TablesMeasurements = {
  readonly rowsPerLoad: number;
  readonly distinctKeys: number;
  readonly machine: Machine;
  /** A query that reads nothing, through the same door. */
  readonly selectOneMs: number;
  readonly designs: ReadonlyMap<string, DesignFigures>;
};

export const reportTables = (measured: TablesMeasurements): BenchmarkResult => {
  const { rowsPerLoad, distinctKeys, machine, selectOneMs } = measured;
  const designs = [...measured.designs];
  return {
    tables: [
      {
        head: [
          ...['design', 'load, rows/s', 'load, CPU µs/row', 'size, MiB', 'merging, s'],
          ...['by key, ms', 'by e-mail, ms', 'count() FINAL, ms', 'filtered count, ms', 'page, ms'],
          'undo of a load, s',
        ],
        rows: designs.map(([name, figures]) => designRow(name, figures, rowsPerLoad)),
      },
      {
        head: ['of these figures', ''],
        rows: [
          ...designs.map(([name]) => [name, DESIGNS.get(name)?.title ?? name]),
          ['rows', `${2 * rowsPerLoad} in two loads, ${distinctKeys} records`],
          ['load', 'merged at the insert → as they come; the CPU without reading the source'],
          ['size and reading', 'no part merged → all parts merged'],
          ['SELECT 1', `${fixed(selectOneMs, 1)} ms, contained in every reading`],
          ['machine', `${machine.cores} cores, ${machine.machine}`],
        ],
      },
    ],
    figures: {
      rows: 2 * rowsPerLoad,
      distinct_keys: distinctKeys,
      ...machine,
      select_1_ms: rounded(selectOneMs, 2),
      designs: Object.fromEntries(
        designs.map(([name, figures]) => [name, designFigures(figures, rowsPerLoad)]),
      ),
    },
  };
};

const designRow = (name: string, figures: DesignFigures, rowsPerLoad: number): string[] => {
  const { loadMerging, load, source, unmerged, merged, optimize, undo } = figures;
  const arrow = (before: string, after: string): string => `${before} → ${after}`;
  const read = (which: keyof ReadTimes): string =>
    arrow(fixed(unmerged.reads[which], 1), fixed(merged.reads[which], 1));
  const rate = ({ elapsedS }: Spent): string => Math.round(rowsPerLoad / elapsedS).toLocaleString('en-US');
  const cpu = (spent: Spent): string => {
    const us = cpuUsPerRow(spent, source, rowsPerLoad);
    return us === null ? '–' : fixed(us, 2);
  };
  return [
    name,
    arrow(rate(loadMerging), rate(load)),
    arrow(cpu(loadMerging), cpu(load)),
    arrow(fixed(unmerged.sizeMib, 0), fixed(merged.sizeMib, 0)),
    fixed(optimize.elapsedS, 1),
    ...[read('byKeyMs'), read('byEmailMs'), read('countMs'), read('filteredCountMs'), read('pageMs')],
    `${fixed(undo.elapsedS, 2)} (${undo.how})`,
  ];
};

const designFigures = (figures: DesignFigures, rowsPerLoad: number): Readonly<Record<string, Figure>> => {
  const { loadMerging, load, source, unmerged, merged, optimize, undo } = figures;
  const loaded = (spent: Spent): Figure => ({
    rows_per_s: Math.round(rowsPerLoad / spent.elapsedS),
    cpu_us_per_row: rounded(cpuUsPerRow(spent, source, rowsPerLoad), 3),
  });
  return {
    load_optimize_on_insert_1: loaded(loadMerging),
    load_optimize_on_insert_0: loaded(load),
    source_cpu_us_per_row: rounded(cpuUsPerRow(source, null, rowsPerLoad), 3),
    unmerged: stateFigures(unmerged),
    merged: stateFigures(merged),
    optimize_s: rounded(optimize.elapsedS, 2),
    optimize_cpu_us_per_row: rounded(cpuUsPerRow(optimize, null, 2 * rowsPerLoad), 3),
    undo_s: rounded(undo.elapsedS, 3),
    undo_how: undo.how,
  };
};

const stateFigures = ({ sizeMib, parts, reads }: State): Figure => ({
  size_mib: rounded(sizeMib, 1),
  parts,
  by_key_ms: rounded(reads.byKeyMs, 2),
  by_email_ms: rounded(reads.byEmailMs, 2),
  count_final_ms: rounded(reads.countMs, 2),
  filtered_count_ms: rounded(reads.filteredCountMs, 2),
  page_ms: rounded(reads.pageMs, 2),
});

/** @param contained what was spent on something else meanwhile */
const cpuUsPerRow = (spent: Spent, contained: Spent | null, rows: number): number | null =>
  spent.cpuS === null ? null : ((spent.cpuS - (contained?.cpuS ?? 0)) / rows) * 1e6;

const fixed = (value: number, digits: number): string => value.toFixed(digits);

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));
