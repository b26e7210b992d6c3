/** What tests begin with. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Charge } from '@bigdata/models';
import { type Database } from '../db/schema';
import { UNRESTRICTED } from '../keys/key-mint';
import { type NewKey } from '../keys/key.repository';
import { createUserRepository, type NewUser } from '../users/user.repository';

/** Requests a minute. */
export const DEFAULT_LIMITS = { user: 600, admin: 6_000 };

export const AUDIT = { actor: 'test', requestId: 'test-request' };

export function aKey(): NewKey {
  const [id, hash] = [randomBytes(6).toString('hex'), randomBytes(32).toString('hex')];
  return { ...UNRESTRICTED, id, hash, pepper_id: 'test-pepper' };
}

/** A user with a key and, unless told otherwise, no credits. */
export async function makeUser(db: Database, user: Partial<NewUser> = {}): Promise<string> {
  const username = `u-${randomBytes(8).toString('hex')}`;
  const whole = { username, role: 'user' as const, credits: 0, plan: null, terms: {}, ...user };
  const { id } = await createUserRepository(db, DEFAULT_LIMITS).create(whole, aKey(), AUDIT);
  return id;
}

export function aCharge(userId: string, amount = 1): Charge {
  return { charge_id: randomUUID(), request_id: `req-${randomUUID()}`, user_id: userId, amount };
}

export interface Books {
  readonly balance: number;
  readonly ledgerSum: number;
  /** Whether each row's `balance_after` is the sum of the rows up to it. */
  readonly running: boolean;
}

/** A wallet beside its ledger. */
export async function readBooks(db: Database, userId: string): Promise<Books> {
  const { balance } = await db
    .selectFrom('wallets')
    .select('balance')
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('ledger_entries')
    .select(['amount', 'balance_after'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
  let sum = 0;
  const running = rows.every(({ amount, balance_after }) => (sum += amount) === balance_after);
  return { balance, ledgerSum: sum, running };
}
