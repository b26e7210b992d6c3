import { AppError } from '@bigdata/models';
import { type RawBuilder, sql } from 'kysely';
import { prepared, preparedAhead } from '../db/prepared';
import { type Trx } from '../db/transaction';
import { expireDueLots } from './lots';

/**
 * Whoever changes a wallet first locks it, in the order of the wallets' ids, so that batches never wait for each
 * other in a circle. It is one statement by itself, so that those after it see what the transactions it waited for
 * have written.
 */
export async function lockWallets(trx: Trx, userIds: readonly string[]): Promise<void> {
  await lock(prepared('lock-wallets'), userIds).execute(trx);
}

/** The same, sent ahead of what is read next. It has to begin the transaction. */
export async function lockWalletsAhead(trx: Trx, userIds: readonly string[]): Promise<void> {
  await lock(preparedAhead('lock-wallets-ahead'), userIds).execute(trx);
}

function lock(mark: RawBuilder<unknown>, userIds: readonly string[]): RawBuilder<unknown> {
  return sql`
    ${mark}
    SELECT 1 FROM wallets WHERE user_id = ANY(${userIds}::uuid[]) ORDER BY user_id FOR NO KEY UPDATE`;
}

/** Locks the wallets of these charges, as far as they are open. */
export async function lockWalletsOf(trx: Trx, chargeIds: readonly string[]): Promise<void> {
  await sql`
    ${prepared('lock-wallets-of-charges')}
    SELECT 1 FROM wallets
    WHERE user_id = ANY(ARRAY(SELECT user_id FROM reservations WHERE charge_id = ANY(${chargeIds}::uuid[])))
    ORDER BY user_id FOR NO KEY UPDATE`.execute(trx);
}

/**
 * Locks one wallet and writes off what has expired.
 * @returns what it holds
 * @throws AppError `not_found` when there is no such user
 */
export async function lockWallet(trx: Trx, userId: string): Promise<number> {
  await lockWallets(trx, [userId]);
  await expireDueLots(trx, [userId]);
  const wallet = await trx
    .selectFrom('wallets')
    .select('balance')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!wallet) throw new AppError('not_found', { detail: 'There is no such user.' });
  return wallet.balance;
}
