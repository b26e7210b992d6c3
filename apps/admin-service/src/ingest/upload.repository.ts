/** Uploaded files: what lies in the inbox under which name, and whether it may be replaced. */
import { AppError } from '@bigdata/models';
import { type Audit, recordAudit } from '../audit/record-audit';
import { lockInboxFile } from '../db/advisory-locks';
import { type Database } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { toInboxSource } from './source';
import { ACTIVE_STATES } from './to-job';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface UploadRepository {
  /** Calls `place` while no job can begin to use the file. @throws AppError `conflict` when one uses it */
  replace(file: UploadedFile, audit: Audit, place: () => Promise<void>): Promise<void>;
  /** @throws AppError `conflict` when a job that has not ended uses the file */
  refuseInUse(name: string): Promise<void>;
}

export function createUploadRepository(db: Database): UploadRepository {
  return {
    async replace({ name, bytes, sha256 }, audit, place) {
      // Forgotten first, in a transaction of its own: should the one below place the file and fail to commit, the old
      // hash would stand for the new bytes.
      await inTransaction(db, async (trx) => {
        await lockInboxFile(trx, name);
        await refuseInUse(trx, name);
        await trx.deleteFrom('ingest_uploads').where('name', '=', name).execute();
      });
      await inTransaction(db, async (trx) => {
        await lockInboxFile(trx, name);
        await refuseInUse(trx, name);
        await trx
          .insertInto('ingest_uploads')
          .values({ name, bytes, sha256 })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ bytes, sha256 }))
          .execute();
        await recordAudit(trx, audit, {
          action: 'file.upload',
          target: `file:${name}`,
          before: null,
          after: { bytes, sha256 },
        });
        await place();
      });
    },

    refuseInUse: (name) => refuseInUse(db, name),
  };
}

/** The hash of an uploaded file; the caller holds the lock of its name. Null: nobody uploaded it through the API. */
export async function findUploadHash(trx: Trx, name: string): Promise<string | null> {
  const row = await trx
    .selectFrom('ingest_uploads')
    .select('sha256')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.sha256 ?? null;
}

async function refuseInUse(db: Database | Trx, name: string): Promise<void> {
  const job = await db
    .selectFrom('ingest_jobs')
    .select('id')
    .where('source', '=', toInboxSource(name))
    .where('state', 'in', ACTIVE_STATES)
    .limit(1)
    .executeTakeFirst();
  if (job) {
    throw new AppError('conflict', {
      detail: `Job ${job.id} is loading "${name}": it can be replaced after that.`,
    });
  }
}
