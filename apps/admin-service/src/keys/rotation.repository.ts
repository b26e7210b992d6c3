/** A new key in the place of an old one, which goes on working for a while so that nobody has to hurry. */
import { AppError, type Key } from '@bigdata/models';
import { sql } from 'kysely';
import { type Audit, recordAudit } from '../audit/record-audit';
import { type Database } from '../db/schema';
import { inTransaction } from '../db/transaction';
import { type FreshKey } from './key-mint';
import { auditableKey, insertKey, type KeyRights, lockKey, toKey } from './key.repository';

export interface RotatedKey {
  readonly userId: string;
  readonly keyId: string;
  /** How long the old key goes on working; 0: it is revoked at once. */
  readonly graceS: number;
}

export interface KeyRotation {
  /**
   * @param mint makes the new key with the rights of the old one
   * @throws AppError `not_found`, or `conflict` for a key that does not work any more or was rotated already
   */
  rotate(
    rotated: RotatedKey,
    mint: (rights: KeyRights) => FreshKey,
    audit: Audit,
  ): Promise<{ readonly minted: FreshKey; readonly replaced: Key }>;
}

export function createKeyRotation(db: Database): KeyRotation {
  return {
    rotate: ({ userId, keyId, graceS }, mint, audit) =>
      inTransaction(db, async (trx) => {
        const before = await lockKey(trx, userId, keyId);
        if (before.replaced_by !== null) {
          throw new AppError('conflict', { detail: 'This key was rotated already.' });
        }
        if (before.revoked_at !== null || before.expired) {
          throw new AppError('conflict', { detail: 'This key does not work any more: issue another one.' });
        }
        const { name, scopes, allowed_addresses, fields, expires_at } = before;
        const minted = mint({ name, scopes, allowed_addresses, fields, expires_at });
        await insertKey(trx, userId, minted.stored);
        const after = await trx
          .updateTable('api_keys')
          .set({
            replaced_by: minted.stored.id,
            ...(graceS === 0
              ? { revoked_at: sql<Date>`now()` }
              : {
                  expires_at: sql<Date>`least(expires_at, now() + make_interval(secs => ${graceS}))`,
                }),
          })
          .where('id', '=', keyId)
          .returningAll()
          .executeTakeFirstOrThrow();
        await recordAudit(trx, audit, {
          action: 'key.rotate',
          target: `key:${keyId}`,
          before: auditableKey(before),
          after: { ...auditableKey(after), replaced_by: minted.stored.id },
        });
        return { minted, replaced: toKey(after) };
      }),
  };
}
