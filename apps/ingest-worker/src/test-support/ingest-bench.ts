/** The whole worker but the queue, over a real ClickHouse and an admin-service in memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ClickHouse, migrateUp, openClickHouse } from '@bigdata/clickhouse';
import { createMetrics, Secret } from '@bigdata/platform';
import { createIngestJob, type IngestJobOptions } from '../jobs/ingest.job';
import { type LoadLimits } from '../jobs/load-file';
import { createClickHouseLoader, type Loader } from '../load/clickhouse-loader';
import { createIngestMetrics } from '../metrics';
import { createRetry } from '../retry';
import { createFakeAdmin, type FakeAdmin, type FakeJob } from './fake-admin';
import { createRecordingLogger, type RecordingLogger } from './recording-logger';

export const TEST_LIMITS: LoadLimits = {
  bytesMax: 1_048_576,
  rowsMax: 10_000,
  fieldBytesMax: 10_000,
  rowBytesMax: 20_000,
  columnsMax: 100,
  rejectRatioMax: 1,
  rejectRatioRowsMin: 1,
};

export interface IngestBench {
  readonly folder: string;
  readonly admin: FakeAdmin;
  readonly logger: RecordingLogger;
  /** Writes a file into the inbox and makes a job for it. */
  addJob(name: string, content: string | Uint8Array, job?: Partial<FakeJob>): FakeJob;
  /** One run of the queue's handler. */
  run(jobId: string, options?: Partial<IngestJobOptions>, signal?: AbortSignal): Promise<void>;
  close(): void;
}

export function createIngestBench(loader: Loader, limits: Partial<LoadLimits> = {}): IngestBench {
  const folder = mkdtempSync(path.join(tmpdir(), 'ingest-'));
  const admin = createFakeAdmin();
  const logger = createRecordingLogger();
  return {
    folder,
    admin,
    logger,
    addJob(name, content, job = {}) {
      writeFileSync(path.join(folder, name), content);
      return admin.createJob({ source: `inbox://${name}`, ...job });
    },
    run(jobId, options = {}, signal = new AbortController().signal) {
      const handler = createIngestJob({
        control: admin,
        loader,
        retry: createRetry({
          windowMs: 0,
          firstPauseMs: 1,
          pauseMaxMs: 1,
          clockMs: Date.now,
          onRetry: () => undefined,
        }),
        sources: { folders: { inbox: folder, fileRoots: [] }, s3: null, https: null },
        limits: { ...TEST_LIMITS, ...limits },
        heartbeatMs: 60_000,
        logger,
        metrics: createIngestMetrics(createMetrics('test')),
        clockMs: Date.now,
        ...options,
      });
      return handler({ jobId }, signal);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A migrated database. */
export async function openTestTables({
  url,
  database,
}: {
  url: string;
  database: string;
}): Promise<{ clickhouse: ClickHouse; loader: Loader; select: <T>(query: string) => Promise<T[]> }> {
  const clickhouse = openClickHouse({
    url: new Secret(url),
    database,
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
