/** What is decided for a dataset as a whole. It has a row from its first job or its first policy on. */
import { isDeepStrictEqual } from 'node:util';
import { AppError, type DatasetSettings } from '@bigdata/models';
import { type Selectable } from 'kysely';
import { z } from 'zod';
import { type Audit, recordAudit } from '../../audit/record-audit';
import { lockDataset } from '../../db/advisory-locks';
import { type Database, type IngestDatasetsTable } from '../../db/schema';
import { inTransaction, type Trx } from '../../db/transaction';
import { type Page, type PageRequest, readPage } from '../../lists/page';
import { ACTIVE_STATES } from '../to-job';

export interface DatasetRepository {
  find(name: string): Promise<DatasetSettings | null>;
  list(page: PageRequest): Promise<Page<DatasetSettings>>;
  /**
   * Setting what is set already changes nothing.
   * @throws AppError `conflict` when a load of the dataset is there or under way: its keys are made by the policy
   */
  setKeyPolicy(name: string, keyPolicy: readonly string[] | null, audit: Audit): Promise<DatasetSettings>;
}

type DatasetRow = Selectable<IngestDatasetsTable>;

const keySchema = z.strictObject({ id: z.int() });

export function createDatasetRepository(db: Database): DatasetRepository {
  return {
    async find(name) {
      const row = await findRow(db, name);
      return row ? toSettings(row) : null;
    },

    list: (page) =>
      readPage(page, {
        list: 'datasets',
        key: keySchema,
        read: (after, count) => {
          let query = db.selectFrom('ingest_datasets').selectAll().orderBy('id', 'desc').limit(count);
          if (after) query = query.where('id', '<', after.id);
          return query.execute();
        },
        keyOf: ({ id }) => ({ id }),
        toItem: toSettings,
      }),

    setKeyPolicy: (name, keyPolicy, audit) =>
      inTransaction(db, async (trx) => {
        await lockDataset(trx, name);
        const before = await findRow(trx, name);
        if (before && isDeepStrictEqual(before.key_policy, keyPolicy)) return toSettings(before);
        await refuseLoaded(trx, name);
        const key_policy = keyPolicy === null ? null : JSON.stringify(keyPolicy);
        const row = await trx
          .insertInto('ingest_datasets')
          .values({ name, key_policy })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ key_policy }))
          .returningAll()
          .executeTakeFirstOrThrow();
        await recordAudit(trx, audit, {
          action: 'dataset.update',
          target: `dataset:${name}`,
          before: before ? { key_policy: before.key_policy } : null,
          after: { key_policy: keyPolicy },
        });
        return toSettings(row);
      }),
  };
}

/** The caller holds the dataset's lock. */
export async function ensureDataset(trx: Trx, name: string): Promise<void> {
  await trx
    .insertInto('ingest_datasets')
    .values({ name })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

export async function findKeyPolicy(db: Database | Trx, name: string): Promise<string[] | null> {
  return (await findRow(db, name))?.key_policy ?? null;
}

async function refuseLoaded(trx: Trx, name: string): Promise<void> {
  const load = await trx
    .selectFrom('ingest_jobs')
    .select('id')
    .where('dataset', '=', name)
    .where((eb) =>
      eb.or([
        eb('state', 'in', ACTIVE_STATES),
        eb('holds_rows', '=', true),
        // Rows that were loaded before there was a way to take them back.
        eb.and([eb('sealed_at', 'is not', null), eb('rows_loaded', '>', 0)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  if (load) {
    throw new AppError('conflict', {
      detail: `Job ${load.id} loads or has loaded records of "${name}" under its present key policy. Undo its loads, or take another dataset.`,
    });
  }
}

function findRow(db: Database | Trx, name: string): Promise<DatasetRow | undefined> {
  return db.selectFrom('ingest_datasets').selectAll().where('name', '=', name).executeTakeFirst();
}

function toSettings({ name, key_policy, created_at }: DatasetRow): DatasetSettings {
  return { name, key_policy, created_at: created_at.toISOString() };
}
