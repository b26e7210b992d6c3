/** Analyses that someone waits for. A row lives as long as the request that made it. */
import { type AnalysisRequest, type AnalyzeFile } from '@bigdata/models';
import { sql } from 'kysely';
import { type AnalysisOutcome, type Database } from '../../db/schema';
import { findKeyPolicy } from '../datasets/dataset.repository';

export interface AnalysisRepository {
  create(file: AnalyzeFile): Promise<string>;
  /** Null when nobody waits any more, or the answer is there already. */
  find(id: string): Promise<AnalysisRequest | null>;
  /** The first answer counts; one that nobody waits for is dropped. */
  finish(id: string, outcome: AnalysisOutcome): Promise<void>;
  findOutcome(id: string): Promise<AnalysisOutcome | null>;
  forget(id: string): Promise<void>;
  /** Removes what requests of dead processes left behind. */
  forgetOlderThan(seconds: number): Promise<void>;
}

export function createAnalysisRepository(db: Database): AnalysisRepository {
  return {
    async create(file) {
      const request: AnalysisRequest = { ...file, key_policy: await findKeyPolicy(db, file.dataset) };
      const { id } = await db
        .insertInto('ingest_analyses')
        .values({ request: JSON.stringify(request) })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },

    async find(id) {
      const row = await db
        .selectFrom('ingest_analyses')
        .select('request')
        .where('id', '=', id)
        .where('outcome', 'is', null)
        .executeTakeFirst();
      return row?.request ?? null;
    },

    async finish(id, outcome) {
      await db
        .updateTable('ingest_analyses')
        .set({ outcome: JSON.stringify(outcome) })
        .where('id', '=', id)
        .where('outcome', 'is', null)
        .execute();
    },

    async findOutcome(id) {
      const row = await db
        .selectFrom('ingest_analyses')
        .select('outcome')
        .where('id', '=', id)
        .executeTakeFirst();
      return row?.outcome ?? null;
    },

    async forget(id) {
      await db.deleteFrom('ingest_analyses').where('id', '=', id).execute();
    },

    async forgetOlderThan(seconds) {
      await db
        .deleteFrom('ingest_analyses')
        .where('created_at', '<', sql<Date>`now() - make_interval(secs => ${seconds})`)
        .execute();
    },
  };
}
