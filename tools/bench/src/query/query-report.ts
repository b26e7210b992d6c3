/** From the times of single questions to the figures of the query benchmark. Pure. */
import { type BenchmarkResult, type Figure, type FigureTable } from '../benchmark';
import { type Machine } from '../system/machine';

export type CaseFigures = {
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly direct_p50_ms: number | null;
  readonly rows_read: number;
  /**
   * Both at p50: latency of the product by that of the same statement sent straight; of a stream throughput, which is the
   * other way round.
   */
  readonly ratio_to_direct: number | null;
  /** Of a stream, 10^6 bytes. */
  readonly mb_per_s?: number;
  readonly direct_mb_per_s?: number;
};

export type SizeFigures = {
  readonly rows: number;
  /** What loading so many took, and takes on disk. */
  readonly table: Readonly<Record<string, number | null>>;
  readonly cases: ReadonlyMap<string, CaseFigures>;
};

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const summarize = (
  gatewayMs: readonly number[],
  directMs: readonly number[],
  rowsRead: number,
): CaseFigures => {
  const p50 = percentile(gatewayMs, 0.5);
  const direct = directMs.length === 0 ? null : percentile(directMs, 0.5);
  return {
    p50_ms: rounded(p50),
    p99_ms: rounded(percentile(gatewayMs, 0.99)),
    direct_p50_ms: direct === null ? null : rounded(direct),
    rows_read: rowsRead,
    ratio_to_direct: direct === null ? null : rounded(p50 / direct),
  };
};

export const summarizeStream = (
  bytes: number,
  gatewayMs: readonly number[],
  directMs: readonly number[],
  rowsRead: number,
): CaseFigures => {
  const mbPerS = (timesMs: readonly number[]): number => bytes / 1_000 / percentile(timesMs, 0.5);
  return {
    ...summarize(gatewayMs, directMs, rowsRead),
    mb_per_s: rounded(mbPerS(gatewayMs)),
    direct_mb_per_s: rounded(mbPerS(directMs)),
    ratio_to_direct: rounded(mbPerS(gatewayMs) / mbPerS(directMs)),
  };
};

/** @param sizes the same cases, the smallest size first */
export const reportQuery = (sizes: readonly SizeFigures[], machine: Machine): BenchmarkResult => {
  const smallest = sizes[0];
  const largest = sizes.at(-1);
  if (smallest === undefined || largest === undefined) throw new Error('nothing was measured');
  const growth: Record<string, Figure> = { from_rows: smallest.rows, to_rows: largest.rows };
  for (const [name, large] of largest.cases) {
    const small = smallest.cases.get(name);
    if (small === undefined) continue;
    growth[name] = {
      p50: rounded(large.p50_ms / small.p50_ms),
      rows_read: small.rows_read === 0 ? null : rounded(large.rows_read / small.rows_read),
    };
  }
  const figures: Record<string, Figure> = {
    ...{ rows: largest.rows, ...machine, table: largest.table },
    ...Object.fromEntries(largest.cases),
    growth,
    smaller: Object.fromEntries(
      sizes
        .slice(0, -1)
        .map(({ rows, table, cases }) => [String(rows), { table, ...Object.fromEntries(cases) }]),
    ),
  };
  return { tables: [toLoadTable(sizes), ...sizes.map(toCaseTable)], figures };
};

const toLoadTable = (sizes: readonly SizeFigures[]): FigureTable => {
  const names = Object.keys(sizes[0]?.table ?? {});
  return {
    head: ['records', ...names.map((name) => name.replaceAll('_', ' '))],
    rows: sizes.map(({ rows, table }) => [inGroups(rows), ...names.map((name) => cell(table[name]))]),
  };
};

const toCaseTable = ({ rows, cases }: SizeFigures): FigureTable => ({
  head: [
    `${inGroups(rows)} records`,
    ...['p50 ms', 'p99 ms', 'direct p50 ms', 'ratio to direct', 'rows read', 'MB/s'],
  ],
  rows: [...cases].map(([name, figures]) => [
    name,
    ...[figures.p50_ms, figures.p99_ms, figures.direct_p50_ms, figures.ratio_to_direct].map(cell),
    inGroups(figures.rows_read),
    cell(figures.mb_per_s),
  ]),
});

const cell = (figure: number | null | undefined): string => String(figure ?? '–');
const inGroups = (count: number): string => count.toLocaleString('en-US');
export const rounded = (value: number): number => Math.round(value * 100) / 100;
