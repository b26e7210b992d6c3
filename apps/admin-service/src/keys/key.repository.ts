/** API keys. Only their hashes are here; the keys themselves are shown once and forgotten. */
import { AppError, type keySchema, type ResolvedKey } from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { type z } from 'zod';
import { type Audit, recordAudit } from '../audit/record-audit';
import { type ApiKeysTable, type Database } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { type DefaultLimits, toEffectiveTerms } from '../users/terms';
import { keepingAWorkingAdmin } from '../users/working-admin';

export type Key = z.output<typeof keySchema>;

export interface NewKey {
  readonly id: string;
  readonly hash: string;
  readonly expiresAt: Date | null;
}

export interface KeyRepository {
  /** @throws AppError `not_found` when there is no such user */
  issue(userId: string, key: NewKey, audit: Audit): Promise<void>;
  listOf(userId: string): Promise<Key[]>;
  /** Repeating it changes nothing. @throws AppError `not_found`, or `conflict` for the last key of the last admin */
  revoke(userId: string, keyId: string, audit: Audit): Promise<Key>;
  /** Null for a key that is unknown, revoked, expired, or whose user is disabled. */
  resolve(keyId: string): Promise<ResolvedKey | null>;
}

export function createKeyRepository(db: Database, defaultLimits: DefaultLimits): KeyRepository {
  return {
    issue: (userId, key, audit) =>
      inTransaction(db, async (trx) => {
        const user = await trx.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst();
        if (!user) throw new AppError('not_found', { detail: 'There is no such user.' });
        await insertKey(trx, userId, key);
        await recordAudit(trx, audit, {
          action: 'key.issue',
          target: `key:${key.id}`,
          before: null,
          after: { user_id: userId, expires_at: key.expiresAt },
        });
      }),

    async listOf(userId) {
      const rows = await db
        .selectFrom('api_keys')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(toKey);
    },

    revoke: (userId, keyId, audit) =>
      inTransaction(db, (trx) =>
        keepingAWorkingAdmin(trx, 'This is the last working key of the last enabled admin.', async () => {
          const before = await trx
            .selectFrom('api_keys')
            .selectAll()
            .where('id', '=', keyId)
            .where('user_id', '=', userId)
            .forNoKeyUpdate()
            .executeTakeFirst();
          if (!before) throw new AppError('not_found', { detail: 'This user has no such key.' });
          if (before.revoked_at !== null) return toKey(before);
          const after = await trx
            .updateTable('api_keys')
            .set({ revoked_at: sql<Date>`now()` })
            .where('id', '=', keyId)
            .returningAll()
            .executeTakeFirstOrThrow();
          await recordAudit(trx, audit, {
            action: 'key.revoke',
            target: `key:${keyId}`,
            before: { user_id: userId, revoked_at: null },
            after: { user_id: userId, revoked_at: after.revoked_at },
          });
          return toKey(after);
        }),
      ),

    async resolve(keyId) {
      const row = await db
        .selectFrom('api_keys as k')
        .innerJoin('users as u', 'u.id', 'k.user_id')
        .leftJoin('plans as p', 'p.name', 'u.plan')
        .select(['k.id', 'k.hash', 'k.user_id', 'k.scopes', 'k.allowed_addresses', 'k.fields'])
        .select(['u.role', 'u.terms as own_terms', 'p.terms as plan_terms'])
        .where('k.id', '=', keyId)
        .where('k.revoked_at', 'is', null)
        .where((eb) => eb.or([eb('k.expires_at', 'is', null), eb('k.expires_at', '>', sql<Date>`now()`)]))
        .where('u.disabled', '=', false)
        .executeTakeFirst();
      if (!row) return null;
      const { own_terms, plan_terms, ...key } = row;
      return { ...key, ...toEffectiveTerms([own_terms, plan_terms ?? {}], defaultLimits[key.role]) };
    },
  };
}

export async function insertKey(trx: Trx, userId: string, { id, hash, expiresAt }: NewKey): Promise<void> {
  await trx.insertInto('api_keys').values({ id, user_id: userId, hash, expires_at: expiresAt }).execute();
}

function toKey(row: Selectable<ApiKeysTable>): Key {
  return {
    id: row.id,
    user_id: row.user_id,
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  };
}
