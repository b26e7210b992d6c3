/**
 * Hashes of what no load may bring any more. Loads ask for what is new since the last number they have seen, so numbers
 * become visible in their order: one transaction at a time draws them.
 */
import { type ErasedHashes } from '@bigdata/models';
import { sql } from 'kysely';
import { lock } from '../db/advisory-locks';
import { type Database } from '../db/schema';
import { type Trx } from '../db/transaction';

export interface ErasedListRepository {
  readAfter(number: number): Promise<Pick<ErasedHashes, 'hashes' | 'last' | 'has_more'>>;
}

const HASHES_PER_CALL_MAX = 20_000;

export function createErasedListRepository(db: Database): ErasedListRepository {
  return {
    async readAfter(number) {
      const rows = await db
        .selectFrom('erased_identifiers')
        .select(['number', 'hash'])
        .where('number', '>', number)
        .orderBy('number')
        .limit(HASHES_PER_CALL_MAX)
        .execute();
      return {
        hashes: rows.map(({ hash }) => hash),
        last: rows.at(-1)?.number ?? number,
        has_more: rows.length === HASHES_PER_CALL_MAX,
      };
    },
  };
}

/** What is in the list already stays as it is. */
export async function addToList(trx: Trx, erasureId: string, hashes: readonly string[]): Promise<void> {
  await lock(trx, 'erasedIdentifiers');
  await sql`
    INSERT INTO erased_identifiers (hash, erasure_id)
    SELECT hash, ${erasureId} FROM unnest(${[...hashes]}::text[]) AS hash
    ON CONFLICT (hash) DO NOTHING`.execute(trx);
}
