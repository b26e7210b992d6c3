import { createCsvRowReader, toCsvDialect } from '../csv/csv-rows';
import { type ReadLimits, type ReadPlan, type RowReader } from './rows';
export function createRowReader(plan: ReadPlan, limits: ReadLimits): RowReader {
  if (plan.format.kind !== 'csv') throw new Error('csv only');
  return createCsvRowReader(toCsvDialect(plan.format), plan.columns.length, limits);
}
