import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type AcknowledgedLoad, type Contestant, type PeopleFile } from './contestant';
import { type ProductProcess } from './product-process';
import { RECORDS_TABLE } from './raw-load';

type JobView = {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly finished_at: string | null;
  readonly result: { readonly rows_loaded: number } | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
};

/** The job itself says when it ended, so asking seldom costs no precision and takes no time from the load. */
const LOOK_EVERY_MS = 200;

/**
 * The whole product loads the file: a job through the public API, the queue, the plan, the threads, the inserts, the
 * checkpoints and the count of new records. It is acknowledged when the job has succeeded.
 */
export const createWorkerLoad = ({ gatewayUrl, adminKey, workerPid }: ProductProcess): Contestant => {
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<JobView> => {
    const answer = await fetch(`${gatewayUrl}/v1/admin/ingest/jobs${path}`, {
      method,
      headers: { 'x-api-key': adminKey, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: HTTP ${answer.status} ${text}`);
    return JSON.parse(text) as JobView;
  };
  return {
    pid: workerPid,
    table: RECORDS_TABLE,
    async load(file): Promise<AcknowledgedLoad> {
      const sentMs = Date.now();
      // The same file is loaded again into tables that were made anew in between.
      let job = await ask('POST', '', { source: pathToFileURL(file.path).href, force: true });
      while (job.state === 'queued' || job.state === 'running') {
        await delay(LOOK_EVERY_MS);
        job = await ask('GET', `/${job.id}`);
      }
      assertLoaded(job, file);
      return { sentMs, acknowledgedMs: Date.parse(job.finished_at ?? '') };
    },
  };
};

const assertLoaded = ({ state, result, error }: JobView, { rows, format }: PeopleFile): void => {
  if (state !== 'succeeded') throw new Error(`the ${format} job ${state}: ${error?.code} ${error?.detail}`);
  if (result?.rows_loaded !== rows) throw new Error(`the job loaded ${result?.rows_loaded} of ${rows} rows`);
};
