/** Every way in which a job ends, so that none forgets to keep its sums. */
import { type JobError, type JobResult } from '@bigdata/models';
import { sql } from 'kysely';
import { type Trx } from '../../db/transaction';
import { sumRangesOf } from '../range-sums';
import { type JobRow } from '../to-job';

type Ending =
  | { readonly state: 'succeeded'; readonly result: JobResult }
  | { readonly state: 'failed'; readonly error: JobError }
  | { readonly state: 'cancelled' };

/** The caller holds the job's row. */
export async function endJob(trx: Trx, id: string, ending: Ending): Promise<JobRow> {
  const { rows_read, rows_loaded, rows_rejected, bytes_read } = await sumRangesOf(trx, id);
  return trx
    .updateTable('ingest_jobs')
    .set({
      state: ending.state,
      result: ending.state === 'succeeded' ? JSON.stringify(ending.result) : null,
      error: ending.state === 'failed' ? JSON.stringify(storable(ending.error)) : null,
      rows_read,
      rows_loaded,
      rows_rejected,
      bytes_read,
      heartbeat_at: null,
      finished_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A sentence may quote a name of the file, and PostgreSQL stores no zero byte. */
export function storable({ code, detail }: JobError): JobError {
  return { code, detail: detail.replaceAll('\0', '\uFFFD') };
}
