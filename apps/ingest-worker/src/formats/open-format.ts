/** From a plan to what reads by it, in any format. */
import { createCsvRowReader, toCsvDialect } from '../csv/csv-rows';
import { createCsvSplitter } from '../csv/csv-splitter';
import {
  createRowReader as rowReaderOf,
  createSplitter as splitterOf,
  FORMATS,
  type Formats,
} from './open-plan';
import { type ReadLimits, type ReadPlan, type RowReader, type Splitter } from './rows';

const ALL_FORMATS: Formats = {
  ...FORMATS,
  csv: {
    createSplitter: ({ format }, { limits, position, segmentBytes }) =>
      createCsvSplitter({ dialect: toCsvDialect(format), limits, segmentBytes, start: position }),
    createRowReader: ({ format, columns }, limits) =>
      createCsvRowReader(toCsvDialect(format), columns.length, limits),
  },
};

/** @param at.position `plan.start`, or the end of a segment that an earlier splitter gave */
export function createSplitter(
  plan: ReadPlan,
  limits: ReadLimits,
  at: { readonly position: number; readonly segmentBytes: number },
): Splitter {
  return splitterOf(ALL_FORMATS, plan, limits, at);
}

export function createRowReader(plan: ReadPlan, limits: ReadLimits): RowReader {
  return rowReaderOf(ALL_FORMATS, plan, limits);
}
