/** Erasures: the row is the truth, the queues only say that something is to be done. */
import {
  AppError,
  type DueErasure,
  type Erasure,
  type ErasureCounts,
  ERASURES_PER_DELETION_MAX,
  type ErasureSubject,
} from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Audit, recordAudit } from '../audit/record-audit';
import { type Database, type ErasuresTable } from '../db/schema';
import { inTransaction, retrying } from '../db/transaction';
import { type Page, type PageRequest, readPage } from '../lists/page';
import { addToList } from './erased-list.repository';
import { type ErasureVault } from './erasure-vault';

export interface ErasureRepository {
  /**
   * From here on no load brings the subject. Asking again before it is deleted gives the same erasure; after that a
   * new one, which finds what came back from elsewhere, such as a backup.
   */
  create(subject: ErasureSubject, reason: string | null, audit: Audit): Promise<Erasure>;
  find(id: string): Promise<Erasure | null>;
  list(page: PageRequest): Promise<Page<Erasure>>;
  /** Null when it is suppressed already, or unknown. */
  claim(id: string): Promise<DueErasure | null>;
  /** @throws AppError `not_found` */
  addRecords(id: string, recordIds: readonly string[]): Promise<void>;
  /** Repeating it changes nothing. @throws AppError `not_found` */
  suppress(id: string, counts: ErasureCounts): Promise<void>;
  claimDeletion(): Promise<DueErasure[]>;
  /** Repeating it changes nothing. */
  finishDeletion(ids: readonly string[]): Promise<void>;
  /** Ids of those to be suppressed, oldest first, and whether any is to be deleted. */
  due(max: number): Promise<{ suppress: string[]; deletion: boolean }>;
}

type ErasureRow = Selectable<ErasuresTable>;

const keySchema = z.strictObject({ id: z.guid() });

export function createErasureRepository(db: Database, vault: ErasureVault): ErasureRepository {
  const openRow = ({ id, subject_kind, subject_sealed }: ErasureRow): DueErasure => {
    if (subject_sealed === null) throw new Error('an erasure that is not done has no subject');
    return { id, subject: vault.open(subject_kind, subject_sealed) };
  };

  return {
    create: (subject, reason, audit) =>
      inTransaction(db, async (trx) => {
        const subject_hash = vault.subjectHash(subject);
        const made = await trx
          .insertInto('erasures')
          .values({
            subject_kind: subject.kind,
            subject_hash,
            subject_sealed: vault.seal(subject),
            reason,
            requested_by: audit.actor,
          })
          .onConflict((conflict) =>
            conflict.columns(['subject_kind', 'subject_hash']).where('deleted_at', 'is', null).doNothing(),
          )
          .returningAll()
          .executeTakeFirst();
        const row =
          made ??
          (await trx
            .selectFrom('erasures')
            .selectAll()
            .where('subject_kind', '=', subject.kind)
            .where('subject_hash', '=', subject_hash)
            .where('deleted_at', 'is', null)
            .executeTakeFirst());
        // Deleted between the two statements.
        if (!row) throw new AppError('unavailable', { detail: 'Ask again.', retryAfterS: 1 });
        await recordAudit(trx, audit, {
          action: 'erasure.create',
          target: `erasure:${row.id}`,
          before: null,
          after: { subject_kind: subject.kind, subject_hash, repeated: made === undefined },
        });
        if (made) await addToList(trx, row.id, [vault.listHash(subject)]);
        return toErasure(row);
      }),

    async find(id) {
      const row = await db.selectFrom('erasures').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toErasure(row) : null;
    },

    list: (page) =>
      readPage(page, {
        list: 'erasures',
        key: keySchema,
        read: (after, count) => {
          let query = db.selectFrom('erasures').selectAll().orderBy('id', 'desc').limit(count);
          if (after) query = query.where('id', '<', after.id);
          return query.execute();
        },
        keyOf: ({ id }) => ({ id }),
        toItem: toErasure,
      }),

    async claim(id) {
      const row = await db
        .selectFrom('erasures')
        .selectAll()
        .where('id', '=', id)
        .where('suppressed_at', 'is', null)
        .executeTakeFirst();
      return row ? openRow(row) : null;
    },

    addRecords: (id, recordIds) =>
      inTransaction(db, async (trx) => {
        const row = await trx.selectFrom('erasures').select('id').where('id', '=', id).executeTakeFirst();
        if (!row) throw noSuchErasure();
        const hashes = recordIds.map((value) => vault.listHash({ kind: 'record_id', value }));
        await addToList(trx, id, hashes);
      }),

    suppress: (id, counts) =>
      retrying(async () => {
        const { numUpdatedRows } = await db
          .updateTable('erasures')
          .set({ suppressed_at: sql<Date>`now()`, counts: JSON.stringify(counts) })
          .where('id', '=', id)
          .where('suppressed_at', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows > 0n) return;
        const row = await db.selectFrom('erasures').select('id').where('id', '=', id).executeTakeFirst();
        if (!row) throw noSuchErasure();
      }),

    async claimDeletion() {
      const rows = await db
        .selectFrom('erasures')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where('suppressed_at', 'is not', null)
        .orderBy('id')
        .limit(ERASURES_PER_DELETION_MAX)
        .execute();
      return rows.map(openRow);
    },

    finishDeletion: (ids) =>
      retrying(async () => {
        await db
          .updateTable('erasures')
          .set({ deleted_at: sql<Date>`now()`, subject_sealed: null })
          .where('id', 'in', ids)
          .where('suppressed_at', 'is not', null)
          .where('deleted_at', 'is', null)
          .execute();
      }),

    async due(max) {
      const rows = await db
        .selectFrom('erasures')
        .select(['id', 'suppressed_at'])
        .where('deleted_at', 'is', null)
        .orderBy('id')
        .limit(max)
        .execute();
      return {
        suppress: rows.filter(({ suppressed_at }) => suppressed_at === null).map(({ id }) => id),
        deletion: rows.some(({ suppressed_at }) => suppressed_at !== null),
      };
    },
  };
}

export function noSuchErasure(): AppError {
  return new AppError('not_found', { detail: 'There is no such erasure.' });
}

function toErasure(row: ErasureRow): Erasure {
  const state = row.deleted_at !== null ? 'deleted' : row.suppressed_at !== null ? 'suppressed' : 'requested';
  return {
    id: row.id,
    state,
    subject: { kind: row.subject_kind, hash: row.subject_hash },
    reason: row.reason,
    requested_by: row.requested_by,
    requested_at: row.requested_at.toISOString(),
    suppressed_at: row.suppressed_at?.toISOString() ?? null,
    deleted_at: row.deleted_at?.toISOString() ?? null,
    counts: row.counts,
  };
}
