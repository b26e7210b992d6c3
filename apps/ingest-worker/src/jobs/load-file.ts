/**
 * One file into ClickHouse. The order that everything rests on, for each batch: the source is still the same → rows
 * are inserted → rejects are inserted → the checkpoint is advanced → the next batch may be inserted. Reading and
 * normalising the next batch goes on meanwhile; never more than one batch is on its way.
 */
import { type Checkpoint, type ClaimedJob, type JobResult } from '@bigdata/models';
import { type Batch, type BatchLimits, createBatchBuilder } from '../batches/batch-builder';
import { createCsvReader, type CsvLimits } from '../csv/csv-reader';
import { type Loader } from '../load/clickhouse-loader';
import { createRecordEncoder } from '../load/record-encoder';
import { mapColumns } from '../mapping/map-columns';
import { type Retry } from '../retry';
import { createRowNormalizer } from '../rows/normalize-row';
import { addWarnings } from '../rows/warning-counts';
import { type Source, sourceChanged } from '../source/source';
import { JobFailure } from './job-failure';
import { type JobLease } from './job-lease';
import { type Header, readHeader } from './read-header';

export interface LoadLimits extends CsvLimits, BatchLimits {
  readonly columnsMax: number;
  /** More rejects than this share end the job, once `rejectRatioRowsMin` rows were read. */
  readonly rejectRatioMax: number;
  readonly rejectRatioRowsMin: number;
}

export interface LoadFileOptions {
  readonly job: ClaimedJob;
  readonly lease: Pick<JobLease, 'advance' | 'signal'>;
  readonly openSource: () => Promise<Source>;
  readonly loader: Loader;
  readonly retry: Retry;
  readonly limits: LoadLimits;
  /** Called when a batch is durable. */
  readonly onBatch: (batch: Batch) => void;
}

export const FORMAT = 'csv';
/** Until the end has been read. */
const UNKNOWN_TOTAL = 0;

/**
 * @returns the counts of the whole job, earlier tries included
 * @throws JobFailure for what no retry can mend; anything else may be tried again and goes on from the checkpoint
 */
export async function loadFile(options: LoadFileOptions): Promise<JobResult> {
  const source = await options.openSource();
  try {
    return await loadSource(source, options);
  } finally {
    await source.close();
  }
}

async function loadSource(source: Source, options: LoadFileOptions): Promise<JobResult> {
  const { job, lease, loader, retry, limits } = options;
  const { signal } = lease;
  if (job.checkpoint !== null && !isOfThisSource(job.checkpoint, source)) throw sourceChanged();

  const header = await readHeader(source, limits);
  if (header.names.length > limits.columnsMax) {
    throw new JobFailure(
      'too_many_columns',
      `The header has ${header.names.length} columns; ${limits.columnsMax} is the most.`,
    );
  }
  const columns = mapColumns(header.names, job.mapping);
  const startedMs = Date.parse(job.started_at);

  let checkpoint = job.checkpoint ?? firstCheckpoint(header, source);
  // Durable before the first row: from here on a changed file is noticed.
  if (job.checkpoint === null) await lease.advance(checkpoint);

  const reader = createCsvReader({
    delimiter: header.delimiter,
    limits,
    offset: checkpoint.byte_offset,
    line: checkpoint.line,
  });
  const batches = createBatchBuilder({
    columns,
    dataset: job.dataset,
    normalizeRow: createRowNormalizer(columns, {
      country: job.country,
      today: new Date(startedMs).toISOString().slice(0, 10),
    }),
    createEncoder: createRecordEncoder({ dataset: job.dataset, jobId: job.id, startedMs }),
    limits,
    after: { batch: checkpoint.batch, byteOffset: checkpoint.byte_offset },
  });

  const commit = async (batch: Batch): Promise<void> => {
    await retry(() => source.assertUnchanged(), signal);
    const token = `${job.id}:${batch.start}-${batch.end}`;
    if (batch.rowsLoaded > 0) {
      await retry(() => loader.insertRecords(batch.rows, `${token}:records`, signal), signal);
    }
    if (batch.rejects.length > 0) {
      await retry(
        () => loader.insertRejects(job.id, batch.rejects, startedMs, `${token}:rejects`, signal),
        signal,
      );
    }
    checkpoint = advanceBy(checkpoint, batch);
    await lease.advance(checkpoint);
    options.onBatch(batch);
    refuseTooManyRejects(checkpoint, limits);
  };

  let inFlight: Promise<void> = Promise.resolve();
  const enqueue = async (batch: Batch | null): Promise<void> => {
    if (batch === null) return;
    await inFlight;
    inFlight = commit(batch);
    // Awaited before the next batch or at the end; until then its failure must not count as unhandled.
    inFlight.catch(() => undefined);
  };
  const raw = (): string => reader.raw();
  const drain = async (): Promise<void> => {
    for (let record = reader.next(); record !== null; record = reader.next()) {
      const batch = batches.add(record, raw);
      if (batch !== null) await enqueue(batch);
    }
  };

  let end = checkpoint.byte_offset;
  try {
    for await (const chunk of source.read(end)) {
      signal.throwIfAborted();
      end += chunk.length;
      reader.push(chunk);
      await drain();
    }
    reader.end();
    await drain();
    await enqueue(batches.finish());
  } finally {
    // Nothing may run on after this function has ended, whatever ended it.
    await inFlight.catch(() => undefined);
  }
  await inFlight;

  await retry(() => source.assertUnchanged(), signal);
  if (checkpoint.byte_offset !== end || checkpoint.bytes_total !== end) {
    checkpoint = { ...checkpoint, byte_offset: end, bytes_total: end };
    await lease.advance(checkpoint);
  }
  const recordsNew = await retry(() => loader.countNewRecords(job.id, signal), signal);
  const { rows_read, rows_loaded, rows_rejected, warnings } = checkpoint;
  return {
    rows_read,
    rows_loaded,
    rows_rejected,
    records_new: recordsNew,
    records_merged: rows_loaded - recordsNew,
    warnings,
  };
}

function isOfThisSource(checkpoint: Checkpoint, source: Source): boolean {
  return (
    (source.bytesTotal === null || checkpoint.bytes_total === source.bytesTotal) &&
    (checkpoint.source_version === undefined || checkpoint.source_version === source.version)
  );
}

function firstCheckpoint(header: Header, source: Source): Checkpoint {
  return {
    batch: 0,
    byte_offset: header.end,
    line: header.endLine,
    bytes_total: source.bytesTotal ?? UNKNOWN_TOTAL,
    source_version: source.version,
    rows_read: 0,
    rows_loaded: 0,
    rows_rejected: 0,
    warnings: {},
  };
}

function advanceBy(checkpoint: Checkpoint, batch: Batch): Checkpoint {
  const rejected = batch.rejects.length;
  return {
    ...checkpoint,
    batch: batch.number,
    byte_offset: batch.end,
    line: batch.line,
    rows_read: checkpoint.rows_read + batch.rowsLoaded + rejected,
    rows_loaded: checkpoint.rows_loaded + batch.rowsLoaded,
    rows_rejected: checkpoint.rows_rejected + rejected,
    warnings: addWarnings(checkpoint.warnings, batch.warnings),
  };
}

/** Judged where a checkpoint is: every try comes to the same verdict at the same place. */
function refuseTooManyRejects({ rows_read, rows_rejected }: Checkpoint, limits: LoadLimits): void {
  if (rows_read < limits.rejectRatioRowsMin || rows_rejected <= rows_read * limits.rejectRatioMax) return;
  throw new JobFailure(
    'too_many_rejects',
    `${rows_rejected} of the first ${rows_read} rows were rejected. Look at the rejects, mend the file and load it again.`,
  );
}
