/** Everything the worker asks of ClickHouse. An insert that was done already, known by its token, changes nothing. */
import { Readable } from 'node:stream';
import { classifyError, type ClickHouse } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { type RejectRow } from '../batches/rejects';
import { RECORD_COLUMNS } from './record-encoder';

export interface Loader {
  /** @param rows in RowBinary, in the order of RECORD_COLUMNS */
  insertRecords(rows: readonly Buffer[], token: string, signal: AbortSignal): Promise<void>;
  insertRejects(
    jobId: string,
    rejects: readonly RejectRow[],
    createdMs: number,
    token: string,
    signal: AbortSignal,
  ): Promise<void>;
  /** Records that this job was the first to bring. */
  countNewRecords(jobId: string, signal: AbortSignal): Promise<number>;
}

/** A batch becomes one block, and so one part or none: rows of half a batch are never visible. */
const ONE_BLOCK = {
  max_insert_block_size: '1048576',
  min_insert_block_size_rows: '1048576',
  min_insert_block_size_bytes: '1073741824',
  input_format_parallel_parsing: 0,
  max_insert_threads: '1',
} as const;

/** Rows of one batch: no more than fit one block. */
export const BATCH_ROWS_LIMIT = 1_000_000;

export function createClickHouseLoader({ client }: ClickHouse): Loader {
  const settings = (token: string) => ({
    ...ONE_BLOCK,
    async_insert: 0 as const,
    insert_deduplicate: 1 as const,
    insert_deduplication_token: token,
  });
  return {
    insertRecords: (rows, token, signal) =>
      withoutRows(async () => {
        const { stream } = await client.exec({
          query: `INSERT INTO records (${RECORD_COLUMNS.join(', ')}) FORMAT RowBinary`,
          values: Readable.from(rows, { objectMode: false }),
          clickhouse_settings: settings(token),
          abort_signal: signal,
        });
        // The connection goes back to the pool once the (empty) answer is read to its end.
        for await (const _chunk of stream) continue;
      }),
    insertRejects: (jobId, rejects, createdMs, token, signal) =>
      withoutRows(async () => {
        await client.insert({
          table: 'ingest_rejects',
          format: 'JSONEachRow',
          values: rejects.map((reject) => ({ ...reject, job_id: jobId, created_at: createdMs })),
          clickhouse_settings: settings(token),
          abort_signal: signal,
        });
      }),
    countNewRecords: (jobId, signal) =>
      withoutRows(async () => {
        const answer = await client.query({
          query: 'SELECT toUInt64(count()) AS new FROM records FINAL WHERE first_ingest_id = {jobId:UUID}',
          query_params: { jobId },
          format: 'JSONEachRow',
          clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
          abort_signal: signal,
        });
        const [row] = await answer.json<{ new: number }>();
        return row?.new ?? 0;
      }),
  };
}

/** ClickHouse quotes the rows it could not read in its messages: of its errors only the code goes on. */
async function withoutRows<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { code, context } = classifyError(error);
    throw new AppError(code, { context: { ...context, system: 'clickhouse', cause_name: nameOf(error) } });
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}
