/** From the times of single questions to the figures of the query benchmark. Pure. */
import { type BenchmarkResult, type Figure } from '../benchmark';
import { type Machine } from '../system/machine';

export type CaseFigures = {
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly direct_p50_ms: number | null;
  readonly rows_read: number;
  /** Latency of the product by that of the same statement sent straight, both at p50. */
  readonly ratio_to_direct: number | null;
};

export type SizeFigures = { readonly rows: number; readonly cases: ReadonlyMap<string, CaseFigures> };

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

/** @param sizes the same cases, the smallest size first */
export const reportQuery = (sizes: readonly SizeFigures[], machine: Machine): BenchmarkResult => {
  const smallest = sizes[0];
  const largest = sizes.at(-1);
  if (smallest === undefined || largest === undefined) throw new Error('nothing was measured');
  const figures: Record<string, Figure> = { rows: largest.rows, ...machine };
  const growth: Record<string, Figure> = { from_rows: smallest.rows, to_rows: largest.rows };
  const table: string[][] = [];
  for (const [name, large] of largest.cases) {
    figures[name] = { ...large };
    const small = smallest.cases.get(name);
    if (small === undefined) continue;
    growth[name] = {
      p50: rounded(large.p50_ms / small.p50_ms),
      rows_read: small.rows_read === 0 ? null : rounded(large.rows_read / small.rows_read),
    };
    const cells = [small.p50_ms, large.p50_ms, large.p99_ms, large.direct_p50_ms, large.ratio_to_direct];
    table.push([name, ...cells.map((cell) => String(cell ?? '–')), large.rows_read.toLocaleString('en-US')]);
  }
  figures['growth'] = growth;
  const head = [
    'question',
    `p50 ms, ${smallest.rows.toLocaleString('en-US')} records`,
    `p50 ms, ${largest.rows.toLocaleString('en-US')} records`,
    'p99 ms',
    'direct p50 ms',
    'ratio to direct',
    'rows read',
  ];
  return { tables: [{ head, rows: table }], figures };
};

const rounded = (value: number): number => Math.round(value * 100) / 100;
