/**
 * Cuts a stream of rows into batches by their position in the source: a batch ends with the first row at which it
 * spans `bytesMax` bytes of input or `rowsMax` rows, rejected ones counted too. From one start the cut is therefore
 * the same in every try, and so is the insert token made of start and end: what was written before a crash is
 * recognised, and what was not is never taken for it.
 */
import { type JobWarnings } from '@bigdata/models';
import { dedupeKey } from '@bigdata/normalization';
import { type CsvRecord } from '../csv/csv-reader';
import { type RecordEncoder } from '../load/record-encoder';
import { type Column } from '../mapping/map-columns';
import { type NormalizeRow } from '../rows/normalize-row';
import { createWarningCounts, type WarningCounts } from '../rows/warning-counts';
import { REJECT_REASONS, type RejectCode, type RejectRow } from './rejects';

export interface Batch {
  /** From 1, rising by one in the whole job. */
  readonly number: number;
  /** Bytes of the source that the batch covers: start included, end not. */
  readonly start: number;
  readonly end: number;
  /** Line that starts at `end`. */
  readonly line: number;
  readonly rowsLoaded: number;
  readonly rows: readonly Buffer[];
  readonly rejects: readonly RejectRow[];
  readonly warnings: JobWarnings;
}

export interface BatchLimits {
  readonly bytesMax: number;
  readonly rowsMax: number;
}

export interface BatchBuilder {
  /** @returns the batch that this row completes */
  add(record: CsvRecord, raw: () => string): Batch | null;
  /** @returns the rows since the last batch, when there are any */
  finish(): Batch | null;
}

export interface BatchBuilderOptions {
  readonly columns: readonly Column[];
  readonly dataset: string;
  readonly normalizeRow: NormalizeRow;
  readonly createEncoder: (batch: number) => RecordEncoder;
  readonly limits: BatchLimits;
  /** Where the first batch starts, and the number of the batch before it. */
  readonly after: { readonly batch: number; readonly byteOffset: number };
}

/** Of the whole row rather than of one field. */
export const ROW_WARNINGS = 'row';

export function createBatchBuilder(options: BatchBuilderOptions): BatchBuilder {
  const { columns, dataset, normalizeRow, createEncoder, limits } = options;
  let number = options.after.batch + 1;
  let start = options.after.byteOffset;
  let end = start;
  let line = 0;
  let rowsLoaded = 0;
  let rejects: RejectRow[] = [];
  let warnings: WarningCounts = createWarningCounts();
  let encoder = createEncoder(number);

  const reject = (record: CsvRecord, code: RejectCode, column: number | null, raw: string): void => {
    rejects.push({
      line: record.line,
      byte_offset: record.offset,
      column: column === null ? null : (columns[column]?.name ?? null),
      code,
      reason: REJECT_REASONS[code],
      raw,
    });
  };

  const take = (record: CsvRecord, raw: () => string): void => {
    if (record.problem !== null) return reject(record, record.problem, record.column, raw());
    const { fields } = record;
    if (fields.length > columns.length && fields.slice(columns.length).some((field) => field.trim() !== '')) {
      return reject(record, 'too_many_columns', null, raw());
    }
    const row = normalizeRow(fields);
    const key = dedupeKey(row, { dataset });
    if (key === null) return reject(record, 'no_identifier', null, raw());
    if (fields.length !== columns.length) {
      warnings.add(ROW_WARNINGS, fields.length < columns.length ? 'missing_columns' : 'extra_empty_columns');
    }
    for (const [field, code] of row.refusals) warnings.add(field, code);
    encoder.add(row, key);
    rowsLoaded += 1;
  };

  const cut = (): Batch => {
    const batch: Batch = {
      number,
      start,
      end,
      line,
      rowsLoaded,
      rows: encoder.take(),
      rejects,
      warnings: warnings.toWarnings(),
    };
    number += 1;
    start = end;
    rowsLoaded = 0;
    rejects = [];
    warnings = createWarningCounts();
    encoder = createEncoder(number);
    return batch;
  };

  return {
    add(record, raw) {
      take(record, raw);
      end = record.end;
      line = record.endLine;
      return end - start >= limits.bytesMax || rowsLoaded + rejects.length >= limits.rowsMax ? cut() : null;
    },
    finish: () => (rowsLoaded + rejects.length > 0 ? cut() : null),
  };
}
