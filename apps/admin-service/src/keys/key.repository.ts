/** API keys. Only their hashes are here; the keys themselves are shown once and forgotten. */
import { AppError, type Key, type ResolvedKey } from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Audit, recordAudit } from '../audit/record-audit';
import { type ApiKeysTable, type Database } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { type Page, type PageRequest, readPage } from '../lists/page';
import { type DefaultLimits, toEffectiveTerms } from '../users/terms';
import { keepingAWorkingAdmin } from '../users/working-admin';

/** What a key narrows its user's rights to, and when it ends; null members narrow nothing. */
export type KeyRights = Pick<
  Selectable<ApiKeysTable>,
  'name' | 'scopes' | 'allowed_addresses' | 'fields' | 'expires_at'
>;

export interface NewKey extends KeyRights {
  readonly id: string;
  readonly hash: string;
  /** Of the pepper that made the hash. */
  readonly pepper_id: string;
}

/** `readUser` shows this many; the list of keys has them all. */
const SHOWN_WITH_USER_MAX = 100;

const keySortSchema = z.strictObject({ created_at: z.iso.datetime(), id: z.string() });

export interface KeyRepository {
  /** @throws AppError `not_found` when there is no such user */
  issue(userId: string, key: NewKey, audit: Audit): Promise<void>;
  /** The latest keys, newest first. */
  latestOf(userId: string): Promise<Key[]>;
  /** @throws AppError `not_found` when there is no such user */
  list(userId: string, page: PageRequest): Promise<Page<Key>>;
  /** Repeating it changes nothing. @throws AppError `not_found`, or `conflict` for the last key of the last admin */
  revoke(userId: string, keyId: string, audit: Audit): Promise<Key>;
  /** Null for a key that is unknown, revoked, expired, or whose user is disabled. */
  resolve(keyId: string): Promise<ResolvedKey | null>;
}

/**
 * Of erasures that are not deleted yet there are few, and an index of them. One that is recorded makes the mark null, one
 * that took effect changes it: by its time as long as it is among those, by then by the id of the last one.
 */
const ERASURE_MARK = sql<string | null>`(
  SELECT CASE WHEN bool_or(suppressed_at IS NULL) THEN NULL
    ELSE concat((SELECT id FROM erasures ORDER BY id DESC LIMIT 1), '@', max(suppressed_at)) END
  FROM erasures WHERE deleted_at IS NULL
)`;

export function createKeyRepository(db: Database, defaultLimits: DefaultLimits): KeyRepository {
  const readKeys = (
    userId: string,
    after: z.output<typeof keySortSchema> | null,
    count: number,
  ): Promise<Selectable<ApiKeysTable>[]> => {
    const query = db
      .selectFrom('api_keys')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(count);
    return (
      after
        ? query.where(sql<boolean>`(created_at, id) < (${after.created_at}::timestamptz, ${after.id})`)
        : query
    ).execute();
  };

  return {
    issue: (userId, key, audit) =>
      inTransaction(db, async (trx) => {
        await requireUser(trx, userId);
        await insertKey(trx, userId, key);
        await recordAudit(trx, audit, {
          action: 'key.issue',
          target: `key:${key.id}`,
          before: null,
          after: auditableKey({ ...key, user_id: userId, revoked_at: null }),
        });
      }),

    async latestOf(userId) {
      return (await readKeys(userId, null, SHOWN_WITH_USER_MAX)).map(toKey);
    },

    async list(userId, page) {
      await requireUser(db, userId);
      return readPage(page, {
        list: 'keys',
        key: keySortSchema,
        read: (after, count) => readKeys(userId, after, count),
        keyOf: ({ created_at, id }) => ({ created_at: created_at.toISOString(), id }),
        toItem: toKey,
      });
    },

    revoke: (userId, keyId, audit) =>
      inTransaction(db, (trx) =>
        keepingAWorkingAdmin(trx, 'This is the last working key of the last enabled admin.', async () => {
          const before = await lockKey(trx, userId, keyId);
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
            before: auditableKey(before),
            after: auditableKey(after),
          });
          return toKey(after);
        }),
      ),

    async resolve(keyId) {
      const row = await db
        .selectFrom('api_keys as k')
        .innerJoin('users as u', 'u.id', 'k.user_id')
        .leftJoin('plans as p', 'p.name', 'u.plan')
        .select(['k.id', 'k.hash', 'k.pepper_id', 'k.user_id', 'k.scopes', 'k.allowed_addresses', 'k.fields'])
        .select(['u.role', 'u.terms as own_terms', 'p.terms as plan_terms'])
        .select(ERASURE_MARK.as('erasure_mark'))
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

export async function insertKey(trx: Trx, userId: string, key: NewKey): Promise<void> {
  await trx
    .insertInto('api_keys')
    .values({ ...key, user_id: userId })
    .execute();
}

/** A user's key, held to the end of the transaction. @throws AppError `not_found` when the user has no such key */
export async function lockKey(
  trx: Trx,
  userId: string,
  keyId: string,
): Promise<Selectable<ApiKeysTable> & { readonly expired: boolean }> {
  const key = await trx
    .selectFrom('api_keys')
    .selectAll()
    .select(sql<boolean>`coalesce(expires_at <= now(), false)`.as('expired'))
    .where('id', '=', keyId)
    .where('user_id', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!key) throw new AppError('not_found', { detail: 'This user has no such key.' });
  return key;
}

export function auditableKey(key: KeyRights & { user_id: string; revoked_at: Date | null }): object {
  const { user_id, name, scopes, allowed_addresses, fields, expires_at, revoked_at } = key;
  return { user_id, name, scopes, allowed_addresses, fields, expires_at, revoked_at };
}

export function toKey(row: Selectable<ApiKeysTable>): Key {
  return {
    id: row.id,
    user_id: row.user_id,
    name: row.name,
    scopes: row.scopes,
    allowed_addresses: row.allowed_addresses,
    fields: row.fields,
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    replaced_by: row.replaced_by,
    created_at: row.created_at.toISOString(),
  };
}

async function requireUser(db: Database | Trx, userId: string): Promise<void> {
  const user = await db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst();
  if (!user) throw new AppError('not_found', { detail: 'There is no such user.' });
}
