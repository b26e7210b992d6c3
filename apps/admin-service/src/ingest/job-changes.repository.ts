/** What admins do to jobs that are there: stop them, run them again, take back what they loaded. */
import { AppError } from '@bigdata/models';
import { sql } from 'kysely';
import { type Audit, type AuditEntry, recordAudit } from '../audit/record-audit';
import { lockDataset, lockInboxFile } from '../db/advisory-locks';
import { type Database } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { findSameContent, sameContentDetail } from './same-content';
import { inboxNameOf } from './source';
import { isActive, type JobRow, undoUntil } from './to-job';
import { findUploadHash } from './upload.repository';
import { endJob } from './work/end-job';
import { noSuchJob } from './work/refusals';

export interface JobChanges {
  /** Workers learn of it when they next report. @throws AppError `not_found`; `conflict` when the job has ended */
  cancel(id: string, audit: Audit): Promise<void>;
  /** @throws AppError `not_found`; `conflict` when the job did not fail and was not cancelled, or cannot go on */
  retry(id: string, audit: Audit): Promise<void>;
  /** Asks for it; repeating that changes nothing. @throws AppError `not_found`; `conflict` when it is not possible */
  undo(id: string, audit: Audit): Promise<void>;
}

type Change = (trx: Trx, job: JobRow) => Promise<'changed' | 'unchanged'>;

export function createJobChanges(db: Database, undoRetentionHours: number): JobChanges {
  const changing = (id: string, action: AuditEntry['action'], audit: Audit, change: Change): Promise<void> =>
    inTransaction(db, async (trx) => {
      const before = await readJob(trx.selectFrom('ingest_jobs').selectAll().forUpdate(), id);
      if ((await change(trx, before)) === 'unchanged') return;
      const after = await readJob(trx.selectFrom('ingest_jobs').selectAll(), id);
      await recordAudit(trx, audit, {
        action,
        target: `job:${id}`,
        before: toAudited(before),
        after: toAudited(after),
      });
    });

  return {
    cancel: (id, audit) => changing(id, 'job.cancel', audit, cancel),
    retry: (id, audit) => changing(id, 'job.retry', audit, retry),
    undo: (id, audit) => changing(id, 'job.undo', audit, (trx, job) => undo(trx, job, undoRetentionHours)),
  };
}

const cancel: Change = async (trx, job) => {
  if (!isActive(job.state)) {
    throw conflict(`The job has ended: it is ${job.state}. What it loaded can be undone.`);
  }
  await endJob(trx, job.id, { state: 'cancelled' });
  return 'changed';
};

const retry: Change = async (trx, job) => {
  if (isActive(job.state)) throw conflict(`The job is ${job.state}: there is nothing to run again.`);
  if (job.state === 'succeeded') throw conflict('The job has succeeded: there is nothing to run again.');
  if (job.undo_requested_at) throw conflict('What the job loaded was taken back: make a new job.');
  if (job.sealed_at || job.piece === 'seal') {
    throw conflict('What the job loaded is part of the base by now: make a new job.');
  }
  const inboxName = inboxNameOf(job.source);
  if (inboxName !== null) await lockInboxFile(trx, inboxName);
  const uploaded = inboxName === null ? null : await findUploadHash(trx, inboxName);
  const changed = (uploaded !== null && uploaded !== job.sha256) || job.error?.code === 'source_changed';
  const sha256 = changed ? uploaded : job.sha256;
  await lockDataset(trx, job.dataset);
  const content = { dataset: job.dataset, sha256 };
  const same = job.force ? null : await findSameContent(trx, content, { but: job.id, active: 'planned' });
  if (same) throw conflict(sameContentDetail(same, job.dataset));
  // Positions in another version of the source mean nothing. The ranges go when there is a new plan: until then they
  // tell who may still be inserting.
  const anew = job.plan === null || changed;
  await trx
    .updateTable('ingest_jobs')
    .set({
      state: 'queued',
      error: null,
      sha256,
      finished_at: null,
      seal_due_at: null,
      tries: sql<number>`tries + 1`,
      ...(anew ? { plan: null, clear: job.clear || job.plan !== null } : {}),
    })
    .where('id', '=', job.id)
    .execute();
  return 'changed';
};

async function undo(trx: Trx, job: JobRow, retentionHours: number): Promise<'changed' | 'unchanged'> {
  if (job.undo_requested_at) return 'unchanged';
  if (isActive(job.state)) throw conflict(`The job is ${job.state}: cancel it first.`);
  if (job.holds_rows) {
    const until = undoUntil(job, retentionHours);
    if (!until) throw conflict('What the job loaded has become part of the base and cannot be taken back.');
    if (until.getTime() < Date.now()) {
      throw conflict(`A load can be taken back within ${retentionHours} hours of its end.`);
    }
  } else if (job.sealed_at) {
    throw conflict('What the job loaded has become part of the base and cannot be taken back.');
  }
  await trx
    .updateTable('ingest_jobs')
    .set({
      undo_requested_at: sql<Date>`now()`,
      // Where nothing was loaded nothing is left to do.
      ...(job.holds_rows ? {} : { undone_at: sql<Date>`now()` }),
      seal_due_at: null,
    })
    .where('id', '=', job.id)
    .execute();
  return 'changed';
}

async function readJob(
  query: { where(column: 'id', is: '=', id: string): { executeTakeFirst(): Promise<JobRow | undefined> } },
  id: string,
): Promise<JobRow> {
  const row = await query.where('id', '=', id).executeTakeFirst();
  if (!row) throw noSuchJob();
  return row;
}

function toAudited({ state, tries, undo_requested_at, undone_at }: JobRow): object {
  return { state, tries, undo_requested_at, undone_at };
}

function conflict(detail: string): AppError {
  return new AppError('conflict', { detail });
}
