/** Users and their wallets. */
import { type AccountTerms, AppError, type User, type Role } from '@bigdata/models';
import { type Selectable } from 'kysely';
import { z } from 'zod';
import { type Audit, recordAudit } from '../audit/record-audit';
import { appendFirstGrant } from '../credits/ledger.repository';
import { spendableBalance } from '../credits/lots';
import { isUniqueViolation } from '../db/postgres-errors';
import { type Database, type UsersTable } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { insertKey, type NewKey } from '../keys/key.repository';
import { type Page, type PageRequest, readPage } from '../lists/page';
import { requirePlan } from '../plans/plan-catalogue.repository';
import { type DefaultLimits, toEffectiveTerms, withMinuteLimit } from './terms';
import { keepingAWorkingAdmin } from './working-admin';

export interface NewUser {
  readonly username: string;
  readonly role: Role;
  readonly credits: number;
  readonly plan: string | null;
  /** In place of the plan's terms and the defaults. */
  readonly terms: AccountTerms;
}

/** A member left out stays as it is. */
export interface UserChange {
  readonly username?: string | undefined;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly plan?: string | null | undefined;
  readonly terms?: AccountTerms | undefined;
  /** Goes over the limit in `terms`; null takes that one back. */
  readonly requests_per_minute?: number | null | undefined;
}

export interface UserRepository {
  /**
   * User, wallet, first key and opening grant, all or nothing.
   * @throws AppError `conflict` on a taken name, `invalid_request` on a plan that is none
   */
  create(user: NewUser, key: NewKey, audit: Audit): Promise<User>;
  find(id: string): Promise<User | null>;
  list(search: string | undefined, page: PageRequest): Promise<Page<User>>;
  /** @throws AppError `not_found`, `conflict` on a taken name and for the last working admin, `invalid_request` on a plan that is none */
  update(id: string, change: UserChange, audit: Audit): Promise<User>;
}

type UserRow = Selectable<UsersTable> & {
  readonly balance: number;
  readonly plan_terms: AccountTerms | null;
};

const keySchema = z.strictObject({ id: z.guid() });

export function createUserRepository(db: Database, defaultLimits: DefaultLimits): UserRepository {
  const toUser = (row: UserRow): User => ({
    id: row.id,
    username: row.username,
    role: row.role,
    credits: row.balance,
    disabled: row.disabled,
    plan: row.plan,
    terms: row.terms,
    ...toEffectiveTerms([row.terms, row.plan_terms ?? {}], defaultLimits[row.role]),
    created_at: row.created_at.toISOString(),
  });

  return {
    create: (user, key, audit) =>
      namingConflicts(user.username, () =>
        inTransaction(db, async (trx) => {
          const plan_terms = user.plan === null ? null : await requirePlan(trx, user.plan);
          const row = await insertUser(trx, user);
          if (user.credits > 0) {
            const { credits: amount } = user;
            const grant = { userId: row.id, amount, reason: 'opening balance', expiresAt: null };
            await appendFirstGrant(trx, grant, audit.actor);
          }
          await insertKey(trx, row.id, key);
          await recordAudit(trx, audit, {
            action: 'user.create',
            target: `user:${row.id}`,
            before: null,
            after: { ...auditable(row), credits: user.credits, key_id: key.id },
          });
          return toUser({ ...row, balance: user.credits, plan_terms });
        }),
      ),

    async find(id) {
      const row = await selectUsers(db).where('u.id', '=', id).executeTakeFirst();
      return row ? toUser(row) : null;
    },

    list: (search, page) =>
      readPage(page, {
        list: 'users',
        key: keySchema,
        read: (after, count) => {
          let query = selectUsers(db).orderBy('u.id', 'desc').limit(count);
          if (after) query = query.where('u.id', '<', after.id);
          if (search !== undefined) {
            query = query.where((eb) =>
              eb(eb.fn('strpos', ['u.username', eb.val(search.toLowerCase())]), '>', 0),
            );
          }
          return query.execute();
        },
        keyOf: ({ id }) => ({ id }),
        toItem: toUser,
      }),

    update: (id, change, audit) =>
      namingConflicts(change.username ?? '', () =>
        inTransaction(db, async (trx) => {
          const apply = (): Promise<UserRow> => updateUser(trx, id, change, audit);
          const locksOut = change.role === 'user' || change.disabled === true;
          return toUser(
            locksOut
              ? await keepingAWorkingAdmin(trx, 'This is the last enabled admin with a working key.', apply)
              : await apply(),
          );
        }),
      ),
  };
}

function selectUsers(db: Database | Trx) {
  return db
    .selectFrom('users as u')
    .innerJoin('wallets as w', 'w.user_id', 'u.id')
    .leftJoin('plans as p', 'p.name', 'u.plan')
    .selectAll('u')
    .select([spendableBalance('w').as('balance'), 'p.terms as plan_terms']);
}

/** A user and an empty wallet. */
export async function insertUser(
  trx: Trx,
  { username, role, plan, terms }: Omit<NewUser, 'credits'>,
): Promise<Selectable<UsersTable>> {
  const row = await trx
    .insertInto('users')
    .values({ username, role, plan, terms: JSON.stringify(terms) })
    .returningAll()
    .executeTakeFirstOrThrow();
  await trx.insertInto('wallets').values({ user_id: row.id }).execute();
  return row;
}

async function updateUser(trx: Trx, id: string, change: UserChange, audit: Audit): Promise<UserRow> {
  const before = await selectUsers(trx).where('u.id', '=', id).forNoKeyUpdate('u').executeTakeFirst();
  if (!before) throw new AppError('not_found', { detail: 'There is no such user.' });
  const ownTerms = change.terms ?? before.terms;
  const changed = {
    username: change.username ?? before.username,
    role: change.role ?? before.role,
    disabled: change.disabled ?? before.disabled,
    plan: change.plan === undefined ? before.plan : change.plan,
    terms:
      change.requests_per_minute === undefined
        ? ownTerms
        : withMinuteLimit(ownTerms, change.requests_per_minute),
  };
  const plan_terms = changed.plan === null ? null : await requirePlan(trx, changed.plan);
  await trx
    .updateTable('users')
    .set({ ...changed, terms: JSON.stringify(changed.terms) })
    .where('id', '=', id)
    .execute();
  const after = { ...before, ...changed, plan_terms };
  await recordAudit(trx, audit, {
    action: 'user.update',
    target: `user:${id}`,
    before: auditable(before),
    after: auditable(after),
  });
  return after;
}

function auditable({ username, role, disabled, plan, terms }: Selectable<UsersTable>): object {
  return { username, role, disabled, plan, terms };
}

async function namingConflicts<T>(username: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error, 'users_username_key')) throw error;
    throw new AppError('conflict', { detail: `The username "${username}" is taken.`, cause: error });
  }
}
