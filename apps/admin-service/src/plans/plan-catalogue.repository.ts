/** Plans. Users refer to them by name, so what is changed here holds for all of them at the next look-up of a key. */
import { type AccountTerms, AppError, type Plan } from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Audit, recordAudit } from '../audit/record-audit';
import { type Database, type PlansTable } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { type Page, type PageRequest, readPage } from '../lists/page';

export interface PlanCatalogue {
  list(page: PageRequest): Promise<Page<Plan>>;
  /** @throws AppError `not_found` */
  read(name: string): Promise<Plan>;
  put(name: string, terms: AccountTerms, audit: Audit): Promise<Plan>;
  /** @throws AppError `not_found`, or `conflict` while users are on it */
  remove(name: string, audit: Audit): Promise<Plan>;
}

type PlanRow = Selectable<PlansTable> & { readonly users: number };

const keySchema = z.strictObject({ created_at: z.iso.datetime(), name: z.string() });

export function createPlanCatalogue(db: Database): PlanCatalogue {
  return {
    list: (page) =>
      readPage(page, {
        list: 'plans',
        key: keySchema,
        read: (after, count) => {
          const query = selectPlans(db).orderBy('created_at', 'desc').orderBy('name', 'desc').limit(count);
          return (
            after
              ? query.where(
                  sql<boolean>`(created_at, name) < (${after.created_at}::timestamptz, ${after.name})`,
                )
              : query
          ).execute();
        },
        keyOf: ({ created_at, name }) => ({ created_at: created_at.toISOString(), name }),
        toItem: toPlan,
      }),

    async read(name) {
      return toPlan(await findPlan(db, name));
    },

    put: (name, terms, audit) =>
      inTransaction(db, async (trx) => {
        const before = await trx
          .selectFrom('plans')
          .select('terms')
          .where('name', '=', name)
          .forNoKeyUpdate()
          .executeTakeFirst();
        await trx
          .insertInto('plans')
          .values({ name, terms: JSON.stringify(terms) })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ terms: JSON.stringify(terms), updated_at: sql<Date>`now()` }),
          )
          .execute();
        await recordAudit(trx, audit, {
          action: 'plan.update',
          target: `plan:${name}`,
          before: before ? { terms: before.terms } : null,
          after: { terms },
        });
        return toPlan(await findPlan(trx, name));
      }),

    remove: (name, audit) =>
      inTransaction(db, async (trx) => {
        // Waits for whoever is about to put a user on it, so that the count below is the last word.
        await trx.selectFrom('plans').select('name').where('name', '=', name).forUpdate().execute();
        const plan = await findPlan(trx, name);
        if (plan.users > 0) {
          throw new AppError('conflict', { detail: `There are users on this plan: ${plan.users}.` });
        }
        await trx.deleteFrom('plans').where('name', '=', name).execute();
        await recordAudit(trx, audit, {
          action: 'plan.delete',
          target: `plan:${name}`,
          before: { terms: plan.terms },
          after: null,
        });
        return toPlan(plan);
      }),
  };
}

/** Keeps a plan from being deleted until the end of the transaction. @throws AppError when there is no such plan */
export async function requirePlan(trx: Trx, name: string): Promise<AccountTerms> {
  const plan = await trx
    .selectFrom('plans')
    .select('terms')
    .where('name', '=', name)
    .forKeyShare()
    .executeTakeFirst();
  if (plan) return plan.terms;
  throw new AppError('invalid_request', {
    detail: '#/plan: there is no such plan',
    errors: [{ pointer: '#/plan', detail: 'there is no such plan' }],
  });
}

function selectPlans(db: Database | Trx) {
  return db
    .selectFrom('plans')
    .selectAll()
    .select(sql<number>`(SELECT count(*) FROM users WHERE users.plan = plans.name)`.as('users'));
}

async function findPlan(db: Database | Trx, name: string): Promise<PlanRow> {
  const plan = await selectPlans(db).where('name', '=', name).executeTakeFirst();
  if (!plan) throw new AppError('not_found', { detail: 'There is no such plan.' });
  return plan;
}

function toPlan({ name, terms, users, created_at, updated_at }: PlanRow): Plan {
  return {
    name,
    terms,
    users,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
