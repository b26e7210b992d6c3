/**
 * The ledger: immutable rows whose sum is the wallet's balance, always. Whoever appends a row holds the lock of
 * the wallet and changes the balance in the same transaction.
 */
import { createHash } from 'node:crypto';
import { AppError, CREDITS_MAX, type LedgerEntry } from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Audit, type AuditEntry, recordAudit } from '../audit/record-audit';
import { isUniqueViolation } from '../db/postgres-errors';
import { type Database, type LedgerEntriesTable } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { type Page, type PageRequest, readPage } from '../lists/page';
import { addLot, burnLots } from './lots';
import { lockWallet } from './wallet-lock';

export interface Grant {
  readonly userId: string;
  readonly amount: number;
  readonly reason: string;
  /** Of a positive amount; null: never. */
  readonly expiresAt: string | null;
}

export interface Reversal {
  readonly userId: string;
  readonly entryId: number;
  readonly reason: string;
}

export interface GrantResult {
  readonly entry: LedgerEntry;
  readonly balance: number;
}

export interface LedgerRepository {
  /**
   * @param idempotencyKey the same key and grant give the first entry again
   * @throws AppError `not_found`; `conflict` when the balance would leave its bounds; `invalid_request` when the
   * credits would expire at once; `idempotency_key_reused`
   */
  grant(grant: Grant, audit: Audit, idempotencyKey: string | null): Promise<GrantResult>;
  /**
   * Undoes a grant, an adjustment or a charge by an adjustment that refers to it, once.
   * @throws AppError `not_found`; `conflict` when the entry cannot be reversed; `idempotency_key_reused`
   */
  reverse(reversal: Reversal, audit: Audit, idempotencyKey: string | null): Promise<GrantResult>;
  list(userId: string, page: PageRequest): Promise<Page<LedgerEntry>>;
  /** What is reserved and neither kept nor given back yet. */
  sumReserved(userId: string): Promise<number>;
}

const IDEMPOTENCY_INDEX = 'ledger_entries_idempotency_key';
const keySchema = z.strictObject({ id: z.int().positive() });

export function createLedgerRepository(db: Database): LedgerRepository {
  /** Appends the entry that `prepare` decides on once the wallet is locked, unless the key has one already. */
  const appendOnce = async (
    { userId, key, request }: { userId: string; key: string | null; request: readonly unknown[] },
    audit: Audit,
    prepare: (trx: Trx) => Promise<{ entry: NewEntry; action: AuditEntry['action'] }>,
  ): Promise<GrantResult> => {
    const idempotency = key === null ? null : { key, hash: hashOf(request), actor: audit.actor };
    try {
      return await inTransaction(db, async (trx) => {
        const balance = await lockWallet(trx, userId);
        const first = idempotency && (await findByIdempotencyKey(trx, idempotency));
        if (first) return { entry: first, balance };
        const { entry, action } = await prepare(trx);
        const result = await appendEntry(trx, entry, balance, idempotency);
        await recordAudit(trx, audit, {
          action,
          target: `user:${userId}`,
          before: { balance },
          after: {
            balance: result.balance,
            amount: entry.amount,
            reason: entry.reason,
            ...(entry.expiresAt === null ? {} : { expires_at: entry.expiresAt }),
            ...(entry.refersTo === null ? {} : { refers_to: String(entry.refersTo) }),
          },
        });
        return result;
      });
    } catch (error) {
      // The same key at the same moment for another wallet, so for another request.
      if (isUniqueViolation(error, IDEMPOTENCY_INDEX)) throw new AppError('idempotency_key_reused');
      throw error;
    }
  };

  return {
    grant: (grant, audit, idempotencyKey) => {
      const { userId, amount, reason, expiresAt } = grant;
      const request = [userId, amount, reason, ...(expiresAt === null ? [] : [expiresAt])];
      return appendOnce({ userId, key: idempotencyKey, request }, audit, async (trx) => {
        await refuseExpired(trx, grant);
        return { entry: toGrantEntry(grant, audit.actor), action: 'credits.grant' };
      });
    },

    reverse: ({ userId, entryId, reason }, audit, idempotencyKey) =>
      appendOnce(
        { userId, key: idempotencyKey, request: [userId, 'reverse', entryId, reason] },
        audit,
        async (trx) => {
          const amount = -(await findReversible(trx, userId, entryId));
          const { actor } = audit;
          const entry = { userId, kind: 'adjustment', amount, reason, actor } as const;
          return { entry: { ...entry, expiresAt: null, refersTo: entryId }, action: 'credits.reverse' };
        },
      ),

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

interface Idempotency {
  readonly actor: string;
  readonly key: string;
  readonly hash: string;
}

interface NewEntry {
  readonly userId: string;
  readonly kind: 'grant' | 'adjustment';
  readonly amount: number;
  readonly reason: string;
  readonly actor: string | null;
  readonly expiresAt: string | null;
  /** The entry that is reversed. */
  readonly refersTo: number | null;
}

function toGrantEntry({ userId, amount, reason, expiresAt }: Grant, actor: string | null): NewEntry {
  const kind = amount > 0 ? 'grant' : 'adjustment';
  return { userId, kind, amount, reason, actor, expiresAt, refersTo: null };
}

/** A grant to a wallet that this transaction has made. */
export function appendFirstGrant(trx: Trx, grant: Grant, actor: string | null): Promise<GrantResult> {
  return appendEntry(trx, toGrantEntry(grant, actor), 0, null);
}

/**
 * Adds an entry to a wallet that this transaction has locked or made.
 * @param balance what the wallet holds
 */
async function appendEntry(
  trx: Trx,
  entry: NewEntry,
  balance: number,
  idempotency: Idempotency | null,
): Promise<GrantResult> {
  const { userId, amount, refersTo, expiresAt } = entry;
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
      kind: entry.kind,
      amount,
      balance_after: balanceAfter,
      reason: entry.reason,
      actor: entry.actor,
      expires_at: expiresAt,
      refers_to: refersTo,
      idempotency_key: idempotency?.key ?? null,
      idempotency_hash: idempotency?.hash ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  if (expiresAt !== null) await addLot(trx, { id: row.id, userId, expiresAt, granted: amount });
  // The reversal of a grant takes what is left of that grant first.
  if (amount < 0) await burnLots(trx, { userId, amount: -amount, firstLot: refersTo });
  return { entry: toLedgerEntry(row), balance: balanceAfter };
}

async function refuseExpired(trx: Trx, { amount, expiresAt }: Grant): Promise<void> {
  if (expiresAt === null) return;
  if (amount < 0) {
    throw new AppError('invalid_request', {
      errors: [{ pointer: '#/expires_at', detail: 'Only credits that are granted can expire.' }],
    });
  }
  const { rows } = await sql<{ over: boolean }>`
    SELECT ${expiresAt}::timestamptz <= statement_timestamp() AS over`.execute(trx);
  if (rows[0]?.over !== false) {
    throw new AppError('invalid_request', {
      errors: [{ pointer: '#/expires_at', detail: 'The time is in the past.' }],
    });
  }
}

/**
 * The wallet is locked.
 * @returns what the entry has changed, with what came back of a charge
 * @throws AppError `not_found`, `conflict`
 */
async function findReversible(trx: Trx, userId: string, entryId: number): Promise<number> {
  const { rows } = await sql<{
    kind: LedgerEntry['kind'];
    amount: number;
    is_reversal: boolean;
    reversed: boolean;
    open: boolean;
  }>`
    SELECT e.kind, e.refers_to IS NOT NULL AS is_reversal,
      e.amount + coalesce((
        SELECT r.amount FROM ledger_entries r WHERE r.kind = 'release' AND r.charge_id = e.charge_id
      ), 0) AS amount,
      EXISTS (SELECT FROM ledger_entries r WHERE r.kind = 'adjustment' AND r.refers_to = e.id) AS reversed,
      EXISTS (SELECT FROM reservations v WHERE v.charge_id = e.charge_id) AS open
    FROM ledger_entries e WHERE e.id = ${entryId} AND e.user_id = ${userId}`.execute(trx);
  const [found] = rows;
  if (!found) throw new AppError('not_found', { detail: 'There is no such entry.' });
  const { kind, amount, is_reversal, reversed, open } = found;
  const refusal = is_reversal
    ? `An entry of kind ${kind} that speaks of another one cannot be reversed.`
    : kind === 'release'
      ? 'A release belongs to its charge: reverse that one.'
      : reversed
        ? 'The entry has been reversed already.'
        : open
          ? 'The charge is still under way.'
          : amount === 0
            ? 'The charge was given back.'
            : null;
  if (refusal !== null) throw new AppError('conflict', { detail: refusal });
  return amount;
}

/** Computed from the reservations, so that it cannot drift from them. */
async function sumReserved(db: Database | Trx, userId: string): Promise<number> {
  const { reserved } = await db
    .selectFrom('reservations')
    .select(sql<number>`coalesce(sum(amount), 0)::bigint`.as('reserved'))
    .where('user_id', '=', userId)
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

function hashOf(request: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
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
    expires_at: row.expires_at?.toISOString() ?? null,
    refers_to: row.refers_to === null ? null : String(row.refers_to),
    created_at: row.created_at.toISOString(),
  };
}
