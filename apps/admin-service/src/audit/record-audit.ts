/** Who changed what. Written in the transaction of the change itself, so that neither is there without the other. */
import { type Trx } from '../db/transaction';

export interface Audit {
  readonly actor: string;
  readonly requestId: string | null;
}

export interface AuditEntry {
  readonly action:
    | 'user.create'
    | 'user.update'
    | 'plan.update'
    | 'plan.delete'
    | 'key.issue'
    | 'key.revoke'
    | 'key.rotate'
    | 'credits.grant'
    | 'credits.reverse'
    | 'file.upload'
    | 'job.create'
    | 'job.cancel'
    | 'job.retry'
    | 'job.undo'
    | 'dataset.update'
    | 'erasure.create';
  /** Such as `user:<id>`. */
  readonly target: string;
  /** Never a key, a hash or a row of data. */
  readonly before: object | null;
  readonly after: object | null;
}

export async function recordAudit(trx: Trx, { actor, requestId }: Audit, entry: AuditEntry): Promise<void> {
  await trx
    .insertInto('audit_log')
    .values({
      actor,
      action: entry.action,
      target: entry.target,
      before: entry.before === null ? null : JSON.stringify(entry.before),
      after: entry.after === null ? null : JSON.stringify(entry.after),
      request_id: requestId,
    })
    .execute();
}
