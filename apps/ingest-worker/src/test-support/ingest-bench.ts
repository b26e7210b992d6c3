/** The whole worker but the queue and its threads, over a real ClickHouse and an admin-service in memory. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ClickHouse, migrateUp, openClickHouse } from '@bigdata/clickhouse';
import { type WorkJob } from '@bigdata/models';
import { NO_SPAN, createMetrics, Secret } from '@bigdata/platform';
import { DECODE_LIMITS } from '../decode/decompress';
import { createPieceRunners, type LoadLimits, type PieceOptions } from '../jobs/run-pieces';
import { type WorkControl } from '../jobs/work-control';
import { createWorkJob } from '../jobs/work.job';
import { createClickHouseLoader, type Loader } from '../load/clickhouse-loader';
import { createIngestMetrics } from '../metrics';
import { createRetry } from '../retry';
import { openSource, type SourceAccess } from '../source/open-source';
import { createFakeAdmin, type FakeAdmin, type FakeJob } from './fake-admin';
import { createInlineThreads } from './inline-threads';
import { createRecordingLogger, type RecordingLogger } from './recording-logger';

export const TEST_LIMITS: LoadLimits = {
  batchBytes: 1_048_576,
  rangeBytes: 1_073_741_824,
  batchesMax: 3,
  insertsMax: 2,
  insertBytes: 1_048_576,
  fieldBytesMax: 10_000,
  rowBytesMax: 20_000,
  columnsMax: 100,
  depthMax: 20,
  rejectRatioMax: 1,
  rejectRatioRowsMin: 1,
  decode: DECODE_LIMITS,
};

export interface RunOptions {
  readonly control?: WorkControl;
  readonly loader?: Loader;
  readonly sources?: SourceAccess;
  readonly signal?: AbortSignal;
  readonly heartbeatMs?: number;
  readonly pieces?: Partial<PieceOptions>;
}

export interface IngestBench {
  readonly folder: string;
  readonly admin: FakeAdmin;
  readonly logger: RecordingLogger;
  /** Writes a file into the inbox and makes a job for it. */
  addJob(name: string, content: string | Uint8Array, job?: Partial<WorkJob>): FakeJob;
  /** Changes a file of the inbox. */
  touch(name: string): void;
  /** One run of the queue's handler. */
  run(job: FakeJob, options?: RunOptions): Promise<void>;
  close(): void;
}

export function createIngestBench(loader: Loader, limits: Partial<LoadLimits> = {}): IngestBench {
  const folder = mkdtempSync(path.join(tmpdir(), 'ingest-'));
  const admin = createFakeAdmin();
  const logger = createRecordingLogger();
  const local: SourceAccess = { folders: { inbox: folder, fileRoots: [] }, s3: null, https: null };
  const metrics = createIngestMetrics(createMetrics('test'));
  const retry = createRetry({
    windowMs: 0,
    firstPauseMs: 1,
    pauseMaxMs: 1,
    clockMs: Date.now,
    onRetry: () => undefined,
  });
  const threads = createInlineThreads();
  return {
    folder,
    admin,
    logger,
    addJob(name, content, job = {}) {
      writeFileSync(path.join(folder, name), content);
      return admin.createJob({ source: `inbox://${name}`, ...job });
    },
    touch: (name) => appendFileSync(path.join(folder, name), '\n'),
    run(job, options = {}) {
      const control = options.control ?? admin;
      const runners = createPieceRunners({
        ...{ control, retry, threads, metrics },
        erased: { current: () => Promise.resolve(null) },
        loader: options.loader ?? loader,
        openSource: (source, signal) => openSource(source, options.sources ?? local, signal),
        limits: { ...TEST_LIMITS, ...limits },
        ...options.pieces,
      });
      const handler = createWorkJob({
        ...{ control, runners, retry, logger, metrics },
        heartbeatMs: options.heartbeatMs ?? 60_000,
        clockMs: Date.now,
      });
      return handler({ jobId: job.work.id }, options.signal ?? new AbortController().signal, NO_SPAN);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A migrated database. */
export async function openTestTables({
  url,
  database,
  cluster,
}: {
  url: string;
  database: string;
  cluster: string | null;
}): Promise<{ clickhouse: ClickHouse; loader: Loader; select: <T>(query: string) => Promise<T[]> }> {
  const clickhouse = openClickHouse({
    url: new Secret(url),
    database,
    cluster,
    application: 'test',
    requestTimeoutMs: 30_000,
    connectionsMax: 4,
  });
  await migrateUp(clickhouse);
  return {
    clickhouse,
    loader: createClickHouseLoader(clickhouse),
    select: async <T>(query: string) => {
      const answer = await clickhouse.client.query({
        query,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      return await answer.json<T>();
    },
  };
}

/** Nobody waits half a minute for the files of replaced parts to go. @param table as it is stored */
export async function cleanUpEagerly({ client }: ClickHouse, table: string): Promise<void> {
  for (const query of [
    `ALTER TABLE ${table} MODIFY SETTING cleanup_delay_period = 0, max_cleanup_delay_period = 1, cleanup_delay_period_random_add = 0`,
    // A table that is there already would first end the pause that it is in.
    `DETACH TABLE ${table}`,
    `ATTACH TABLE ${table}`,
  ])
    await client.command({ query });
}
