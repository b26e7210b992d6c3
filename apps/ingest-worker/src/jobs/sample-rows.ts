/** The first rows of a file as texts, for people and for the mapping: read by what will read the rest. */
import { createRowReader, createSplitter } from '../formats/open-format';
import { type ReadLimits, type ReadPlan, type RowProblem } from '../formats/rows';

export const SAMPLE_ROWS = 200;

export interface SampledRow {
  /** From 1. */
  readonly line: number;
  readonly offset: number;
  /** Per column; empty for a row with a problem. */
  readonly cells: readonly string[];
  /** Values under names that are no column. */
  readonly extras: readonly (readonly [name: string, value: string])[];
  /** Cells that the row has, however many columns there are. */
  readonly count: number;
  readonly problem: RowProblem | null;
  readonly problemColumn: number | null;
  readonly raw: string;
}

export interface SampleOptions {
  readonly plan: ReadPlan;
  /** The text from the first record on, or a part of it. */
  readonly text: Buffer;
  /** Whether it goes on to the end of the file. */
  readonly complete: boolean;
  readonly limits: ReadLimits;
}

/** @throws JobFailure for a file that is broken outside its records */
export function sampleRows({ plan, text, complete, limits }: SampleOptions): SampledRow[] {
  // A record is a segment of its own here, so that a torn last one is never taken for a row.
  const splitter = createSplitter(plan, limits, { position: plan.start, segmentBytes: 1 });
  const reader = createRowReader(plan, limits);
  const rows: SampledRow[] = [];
  let line = plan.startLine;
  splitter.push(text);
  if (complete) splitter.end();
  for (
    let segment = splitter.next();
    segment !== null && rows.length < SAMPLE_ROWS;
    segment = splitter.next()
  ) {
    reader.open(segment.bytes);
    const { row } = reader;
    while (reader.next()) {
      const cells =
        row.problem === null
          ? plan.columns.map((_name, column) =>
              column < row.count ? row.bytes.toString('utf8', row.starts[column], row.ends[column]) : '',
            )
          : [];
      rows.push({
        line: line + row.line,
        offset: segment.start + row.offset,
        cells,
        extras: row.problem === null ? [...row.extras] : [],
        count: row.count,
        problem: row.problem,
        problemColumn: row.problemColumn,
        raw: reader.raw(),
      });
    }
    line += reader.lines();
  }
  return rows;
}
