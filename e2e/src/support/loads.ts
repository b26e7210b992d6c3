/** Loading files as an admin does: upload, enqueue, wait for the end. */
import { eventually } from '@bigdata/testing';
import { type Answer, type Api, type JobBody, type ProblemBody } from './api';

export interface FileContent {
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

export interface LoadOptions {
  readonly dataset: string;
  readonly country?: string;
  readonly force?: boolean;
  readonly parallelism?: number;
  readonly mapping?: Readonly<Record<string, string>>;
  readonly max_reject_ratio?: number;
}

const ENDED = new Set(['succeeded', 'failed', 'cancelled']);

/** @returns the source under which the file can be loaded */
export async function upload(admin: Api, { name, content }: FileContent): Promise<string> {
  const { status, body } = await admin.send<{ source: string }>('PUT', `/v1/admin/ingest/files/${name}`, {
    body: content,
    headers: { 'content-type': 'application/octet-stream' },
  });
  if (status !== 201) throw new Error(`${name} was not taken: ${status} ${JSON.stringify(body)}`);
  return body.source;
}

export function enqueue(
  admin: Api,
  source: string,
  options: LoadOptions,
): Promise<Answer<JobBody & ProblemBody>> {
  return admin.post('/v1/admin/ingest/jobs', { source, ...options });
}

export async function readJob(admin: Api, id: string): Promise<JobBody> {
  return (await admin.get<JobBody>(`/v1/admin/ingest/jobs/${id}`)).body;
}

/** The job as it has ended, whichever way. */
export function endOf(admin: Api, id: string, timeoutMs = 90_000): Promise<JobBody> {
  return eventually(
    async () => {
      const job = await readJob(admin, id);
      if (!ENDED.has(job.state))
        throw new Error(`job ${id} is ${job.state}: ${JSON.stringify(job.progress)}`);
      return job;
    },
    { timeoutMs, intervalMs: 100 },
  );
}

/** Uploads and loads a file, to whatever end. */
export async function load(admin: Api, file: FileContent, options: LoadOptions): Promise<JobBody> {
  const { status, body } = await enqueue(admin, await upload(admin, file), options);
  if (status !== 202) throw new Error(`${file.name} was not enqueued: ${status} ${JSON.stringify(body)}`);
  return endOf(admin, body.id);
}

/** Asks for the undo of a load and waits until it is done. */
export async function undo(admin: Api, id: string): Promise<JobBody> {
  const { status, body } = await admin.send<JobBody>('DELETE', `/v1/admin/ingest/jobs/${id}/records`);
  if (status !== 202) throw new Error(`job ${id} cannot be undone: ${status} ${JSON.stringify(body)}`);
  return eventually(
    async () => {
      const job = await readJob(admin, id);
      if (job.undo?.state !== 'done') throw new Error(`job ${id} is not undone yet`);
      return job;
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  );
}

/** Every row read was loaded or rejected, every row loaded brought a record or met one. */
export function expectLaws({ result }: JobBody): void {
  expect(result!.rows_loaded + result!.rows_rejected).toBe(result!.rows_read);
  expect(result!.records_new + result!.records_merged).toBe(result!.rows_loaded);
}

/**
 * Makes a job while servers come and go, exactly one however often it is tried.
 * @returns the id of the job
 */
export function loadDespiteOutages(admin: Api, file: FileContent, options: LoadOptions): Promise<string> {
  let source: string | undefined;
  return eventually(
    async () => {
      source ??= await upload(admin, file);
      const { status, body } = await enqueue(admin, source, options);
      if (status === 202) return body.id;
      // An answer that was lost: the content is being loaded already.
      const { body: list } = await admin.get<{ data: JobBody[] }>('/v1/admin/ingest/jobs?limit=1000');
      const made = list.data.find((job) => job.source === source && job.dataset === options.dataset);
      if (status !== 409 || !made) throw new Error(`${file.name}: ${status} ${JSON.stringify(body)}`);
      return made.id;
    },
    { timeoutMs: 120_000, intervalMs: 250 },
  );
}
