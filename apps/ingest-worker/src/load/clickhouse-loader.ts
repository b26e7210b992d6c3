/**
 * Everything the worker asks of ClickHouse. Inserting is idempotent twice over: an insert that was done already is known
 * by its token, and rows that come again all the same merge into themselves.
 */
import { Readable } from 'node:stream';
import {
  beginStatement,
  type BegunStatement,
  type ClickHouse,
  type StatementWork,
} from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { inSpan, NO_SPAN } from '@bigdata/platform';
import { type RejectRow } from '../batches/rejects';
import { BASE_LOAD, buildCountNew, buildDrop, buildSeal, type LoadKeys } from './load-sql';
import { withoutRows } from './without-rows';

export interface LoadRegistration {
  readonly jobId: string;
  readonly loadNumber: number;
  readonly dataset: string;
  readonly source: string;
  readonly format: string;
  /** Null unless the format is CSV. */
  readonly delimiter: string | null;
  readonly columns: readonly string[];
  readonly startedMs: number;
}

export interface InsertRecords {
  /** In ClickHouse's Native format; each may have some of the columns, the others are empty in it. */
  readonly blocks: AsyncIterable<Uint8Array>;
  readonly columns: readonly string[];
}

export interface InsertRejects {
  readonly jobId: string;
  readonly source: string;
  readonly rejects: readonly RejectRow[];
  readonly createdMs: number;
  readonly token: string;
}

/** Each call may say whose work its statements are: for the trace, and for ClickHouse's own logs. */
export interface Loader {
  /** What readers of rejects need to know of a load. Repeating it changes nothing. */
  register(load: LoadRegistration, signal: AbortSignal, work?: StatementWork): Promise<void>;
  /** Sends blocks as they come; when they break off, or it fails, nothing is inserted. Repeating it changes nothing. */
  insertRecords(insert: InsertRecords, signal: AbortSignal, work?: StatementWork): Promise<void>;
  insertRejects(batch: InsertRejects, signal: AbortSignal, work?: StatementWork): Promise<void>;
  /** Keys of this load that neither the base nor an earlier load has. */
  countNew(keys: LoadKeys, signal: AbortSignal, work?: StatementWork): Promise<number>;
  /** Takes back what a load said of any record. */
  dropLoad(loadNumber: number, signal: AbortSignal, work?: StatementWork): Promise<void>;
  /** Forgets what a job rejected. */
  dropRejects(jobId: string, signal: AbortSignal, work?: StatementWork): Promise<void>;
  /** Moves what a load said into the base. Repeated after a crash it goes on to the same end. */
  sealLoad(loadNumber: number, signal: AbortSignal, work?: StatementWork): Promise<void>;
}

/**
 * An insert becomes one block, and so one part or none, up to a million rows. The same block again is known by its token, or
 * where its content is not known before it is sent, by that content.
 */
const ONE_BLOCK = {
  max_insert_block_size: '1048576',
  min_insert_block_size_rows: '1048576',
  min_insert_block_size_bytes: '4294967296',
  input_format_parallel_parsing: 0,
  max_insert_threads: '1',
  async_insert: 0,
  insert_deduplicate: 1,
} as const;

const RECORDS = {
  ...ONE_BLOCK,
  // Merging at the insert would cost more than the insert; FINAL and the table's own merges do it anyway.
  optimize_on_insert: 0,
  // An insert that failed between the records and their index is known by its records alone when it is repeated: the
  // index has to be written all the same.
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // A column that the insert does not name is a mistake of ours, and not to be dropped.
  input_format_skip_unknown_fields: 0,
} as const;

const NOBODYS: StatementWork = { requestId: 'ingest', span: NO_SPAN };

export function createClickHouseLoader({ client, tables }: ClickHouse): Loader {
  const statement = <T>(
    operation: string,
    work: StatementWork = NOBODYS,
    run: (begun: BegunStatement) => Promise<T>,
  ): Promise<T> => {
    const begun = beginStatement(operation, work);
    return inSpan(begun.span, () => withoutRows(() => run(begun)));
  };
  const identified = ({ queryId, logComment }: BegunStatement, settings: object = {}) => ({
    query_id: queryId,
    clickhouse_settings: { ...settings, log_comment: logComment },
  });
  const command = (operation: string, query: string, signal: AbortSignal, work?: StatementWork) =>
    statement(operation, work, (begun) =>
      client.command({ query, abort_signal: signal, ...identified(begun) }),
    );

  /** What was inserted has to be on the replica that is asked, whichever that is. */
  const syncReplicas = async (signal: AbortSignal, work?: StatementWork): Promise<void> => {
    for (const query of tables.syncReplicas(['record_versions']))
      await command('SYNC REPLICA', query, signal, work);
  };

  return {
    register: (load, signal, work) =>
      statement('INSERT ingest_loads', work, async (begun) => {
        await client.insert({
          table: tables.writes('ingest_loads'),
          format: 'JSONEachRow',
          values: [
            {
              job_id: load.jobId,
              load: load.loadNumber,
              dataset: load.dataset,
              source: load.source,
              format: load.format,
              delimiter: load.delimiter ?? '',
              columns: load.columns,
              started_at: load.startedMs,
            },
          ],
          abort_signal: signal,
          ...identified(begun),
        });
      }),
    insertRecords: ({ blocks, columns }, signal, work) =>
      statement('INSERT record_versions', work, async (begun) => {
        const values = Readable.from(blocks, { objectMode: false });
        try {
          const { stream } = await client.exec({
            query: `INSERT INTO ${tables.writes('record_versions')} (${columns.join(', ')}) FORMAT Native`,
            values,
            abort_signal: signal,
            ...identified(begun, RECORDS),
          });
          // The connection goes back to the pool once the (empty) answer is read to its end.
          for await (const _chunk of stream) continue;
        } finally {
          values.destroy();
        }
      }),
    insertRejects: ({ jobId, source, rejects, createdMs, token }, signal, work) =>
      statement('INSERT ingest_rejects', work, async (begun) => {
        await client.insert({
          table: tables.writes('ingest_rejects'),
          format: 'JSONEachRow',
          values: rejects.map((reject) => ({ ...reject, job_id: jobId, source, created_at: createdMs })),
          abort_signal: signal,
          ...identified(begun, { ...ONE_BLOCK, insert_deduplication_token: token }),
        });
      }),
    async countNew(keys, signal, work) {
      await syncReplicas(signal, work);
      return statement('SELECT', work, async (begun) => {
        const { query, params } = buildCountNew(keys);
        const answer = await client.query({
          query,
          query_params: params,
          format: 'JSONEachRow',
          abort_signal: signal,
          ...identified(begun, { output_format_json_quote_64bit_integers: 0 }),
        });
        const [row] = await answer.json<{ records_new: number }>();
        return row?.records_new ?? 0;
      });
    },
    async dropLoad(loadNumber, signal, work) {
      if (loadNumber === BASE_LOAD) throw new AppError('internal', { context: { load: loadNumber } });
      for (const query of buildDrop(loadNumber, tables)) await command('DROP PARTITION', query, signal, work);
    },
    dropRejects: async (jobId, signal, work) => {
      await statement('DELETE ingest_rejects', work, (begun) =>
        client.command({
          query: `DELETE FROM ${tables.everywhere('ingest_rejects')} WHERE job_id = {job:UUID}`,
          query_params: { job: jobId },
          abort_signal: signal,
          ...identified(begun),
        }),
      );
    },
    async sealLoad(loadNumber, signal, work) {
      await syncReplicas(signal, work);
      for (const query of buildSeal(loadNumber, tables)) await command('SEAL', query, signal, work);
    },
  };
}
