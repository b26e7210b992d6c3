/** There is always somebody left who can administrate: an enabled admin with a key that works and may
 * administrate. */
import { AppError } from '@bigdata/models';
import { sql } from 'kysely';
import { lock } from '../db/advisory-locks';
import { type Trx } from '../db/transaction';

/**
 * Makes a change that could lock everybody out, one such change at a time, and undoes it when it does.
 * @throws AppError `conflict` with `detail` when nobody would be left
 */
export async function keepingAWorkingAdmin<T>(
  trx: Trx,
  detail: string,
  change: () => Promise<T>,
): Promise<T> {
  await lock(trx, 'admins');
  const had = await hasWorkingAdmin(trx);
  const result = await change();
  if (had && !(await hasWorkingAdmin(trx))) throw new AppError('conflict', { detail });
  return result;
}

async function hasWorkingAdmin(trx: Trx): Promise<boolean> {
  const admin = await trx
    .selectFrom('users as u')
    .innerJoin('api_keys as k', 'k.user_id', 'u.id')
    .select('u.id')
    .where('u.role', '=', 'admin')
    .where('u.disabled', '=', false)
    .where('k.revoked_at', 'is', null)
    .where(sql<boolean>`coalesce('admin' = ANY (k.scopes), true)`)
    .where((eb) => eb.or([eb('k.expires_at', 'is', null), eb('k.expires_at', '>', sql<Date>`now()`)]))
    .limit(1)
    .executeTakeFirst();
  return admin !== undefined;
}
