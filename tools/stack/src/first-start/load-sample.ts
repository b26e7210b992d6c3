import { openAsBlob } from 'node:fs';
import { StackError } from '../stack-error';
import { type GatewayClient, expectStatus, pollAnswer } from './gateway-client';

const LOAD_TIMEOUT_MS = 120_000;

type JobView = {
  id: string;
  state: string;
  result: { rows_loaded: number; rows_rejected: number } | null;
  error: { code: string; detail: string } | null;
};

/** Uploads the file and loads it as dataset `sample`, through the same doors as anybody's file. */
export async function loadSample(admin: GatewayClient, file: string): Promise<{ rowsLoaded: number }> {
  const name = 'sample-people.csv';
  const upload = await admin('PUT', `/v1/admin/ingest/files/${name}`, await openAsBlob(file));
  if (upload.status !== 200 && upload.status !== 201) expectStatus(upload, 201, 'Uploading the sample file');
  const enqueued = await admin('POST', '/v1/admin/ingest/jobs', {
    source: `inbox://${name}`,
    dataset: 'sample',
  });
  const { id } = expectStatus(enqueued, 202, 'Enqueueing the sample file') as JobView;

  const job = await pollAnswer(
    () => admin('GET', `/v1/admin/ingest/jobs/${id}`),
    (answer) => {
      const seen = expectStatus(answer, 200, 'Reading the job of the sample file') as JobView;
      return ['succeeded', 'failed', 'cancelled'].includes(seen.state) ? seen : undefined;
    },
    LOAD_TIMEOUT_MS,
    'Loading the sample file',
  );
  if (job.state === 'succeeded') return { rowsLoaded: job.result?.rows_loaded ?? 0 };
  throw new StackError(
    'first_start_failed',
    `Loading the sample file ${job.state}: ${job.error ? `${job.error.code}: ${job.error.detail}` : 'no reason given'}`,
  );
}
