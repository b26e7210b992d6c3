/**
 * The ledger: immutable rows whose sum is the wallet's balance, always. Whoever appends a row holds the lock of
 * the wallet and changes the balance in the same transaction.
 */
import { createHash } from 'node:crypto';
import { AppError, CREDITS_MAX, type LedgerEntry } from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Audit, recordAudit } from '../audit/record-audit';
import { isUniqueViolation } from '../db/postgres-errors';
import { type Database, type LedgerEntriesTable } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { type Page, type PageRequest, readPage } from '../lists/page';

export interface Grant {
  readonly userId: string;
  readonly amount: number;
  readonly reason: string;
}

export interface GrantResult {
  readonly entry: LedgerEntry;
  readonly balance: number;
}

export interface LedgerRepository {
  /**
   * @param idempotencyKey the same key and grant give the first entry again
   * @throws AppError `not_found`; `conflict` when the balance would leave its bounds; `idempotency_key_reused`
   */
  grant(grant: Grant, audit: Audit, idempotencyKey: string | null): Promise<GrantResult>;
  list(userId: string, page: PageRequest): Promise<Page<LedgerEntry>>;
  /** What is reserved and neither kept nor given back yet. */
  sumReserved(userId: string): Promise<number>;
}

const IDEMPOTENCY_INDEX = 'ledger_entries_idempotency_key';
const keySchema = z.strictObject({ id: z.int().positive() });

export function createLedgerRepository(db: Database): LedgerRepository {
  return {
    async grant(grant, audit, idempotencyKey) {
      const idempotency =
        idempotencyKey === null ? null : { key: idempotencyKey, hash: hashOf(grant), actor: audit.actor };
      try {
        return await inTransaction(db, async (trx) => {
          const balance = await lockWallet(trx, grant.userId);
          const first = idempotency && (await findByIdempotencyKey(trx, idempotency));
          if (first) return { entry: first, balance };
          const result = await appendGrant(trx, grant, balance, audit.actor, idempotency);
          await recordAudit(trx, audit, {
            action: 'credits.grant',
            target: `user:${grant.userId}`,
            before: { balance },
            after: { balance: result.balance, amount: grant.amount, reason: grant.reason },
          });
          return result;
        });
      } catch (error) {
        // The same key at the same moment for another wallet, so for another request.
        if (isUniqueViolation(error, IDEMPOTENCY_INDEX)) throw new AppError('idempotency_key_reused');
        throw error;
      }
    },

    list: (userId, page) =>
      readPage(page, {
        list: `ledger:${userId}`,
        key: keySchema,
        read: (after, count) => {
          const query = db
            .selectFrom('ledger_entries')
            .selectAll()
            .where('user_id', '=', userId)
            .orderBy('id', 'desc')
            .limit(count);
          return (after ? query.where('id', '<', after.id) : query).execute();
        },
        keyOf: ({ id }) => ({ id }),
        toItem: toLedgerEntry,
      }),

    sumReserved: (userId) => sumReserved(db, userId),
  };
}

/** @throws AppError `not_found` when there is no such user */
async function lockWallet(trx: Trx, userId: string): Promise<number> {
  const wallet = await trx
    .selectFrom('wallets')
    .select('balance')
    .where('user_id', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!wallet) throw new AppError('not_found', { detail: 'There is no such user.' });
  return wallet.balance;
}

interface Idempotency {
  readonly actor: string;
  readonly key: string;
  readonly hash: string;
}

/**
 * Adds a grant (or, with a negative amount, an adjustment) to a wallet that this transaction has locked or made.
 * @param balance what the wallet holds
 */
export async function appendGrant(
  trx: Trx,
  { userId, amount, reason }: Grant,
  balance: number,
  actor: string | null,
  idempotency: Idempotency | null = null,
): Promise<GrantResult> {
  const balanceAfter = balance + amount;
  if (balanceAfter < 0) {
    throw new AppError('conflict', {
      detail: `The balance is ${balance}: it cannot be lowered by ${-amount}.`,
      members: { balance },
    });
  }
  // Open reservations may come back, so they count towards the bound too.
  if (balanceAfter + (await sumReserved(trx, userId)) > CREDITS_MAX) {
    throw new AppError('conflict', { detail: `A wallet holds at most ${CREDITS_MAX} credits.` });
  }
  await trx
    .updateTable('wallets')
    .set({ balance: balanceAfter })
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const row = await trx
    .insertInto('ledger_entries')
    .values({
      user_id: userId,
      kind: amount > 0 ? 'grant' : 'adjustment',
      amount,
      balance_after: balanceAfter,
      reason,
      actor,
      idempotency_key: idempotency?.key ?? null,
      idempotency_hash: idempotency?.hash ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { entry: toLedgerEntry(row), balance: balanceAfter };
}

/** Computed from the reservations, so that it cannot drift from them. */
async function sumReserved(db: Database | Trx, userId: string): Promise<number> {
  const { reserved } = await db
    .selectFrom('reservations')
    .select(sql<number>`coalesce(sum(amount), 0)::bigint`.as('reserved'))
    .where('user_id', '=', userId)
    .where('state', '=', 'reserved')
    .executeTakeFirstOrThrow();
  return reserved;
}

async function findByIdempotencyKey(
  trx: Trx,
  { actor, key, hash }: Idempotency,
): Promise<LedgerEntry | null> {
  const row = await trx
    .selectFrom('ledger_entries')
    .selectAll()
    .where('actor', '=', actor)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  if (!row) return null;
  if (row.idempotency_hash !== hash) throw new AppError('idempotency_key_reused');
  return toLedgerEntry(row);
}

function hashOf({ userId, amount, reason }: Grant): string {
  return createHash('sha256')
    .update(JSON.stringify([userId, amount, reason]))
    .digest('hex');
}

function toLedgerEntry(row: Selectable<LedgerEntriesTable>): LedgerEntry {
  return {
    id: String(row.id),
    kind: row.kind,
    amount: row.amount,
    balance_after: row.balance_after,
    request_id: row.request_id,
    reason: row.reason,
    actor: row.actor,
    created_at: row.created_at.toISOString(),
  };
}
