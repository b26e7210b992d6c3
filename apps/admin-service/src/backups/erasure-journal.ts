/**
 * Erasures by themselves. A backup is older than the erasures that follow it; a restore that forgot them would bring the
 * persons back. So the journal is kept apart from backups, and a restore takes it over the backup's own.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { type Database } from '../db/schema';
import { type Trx } from '../db/transaction';

const journalSchema = z.object({
  format: z.literal(1),
  /** Rows of `erasures` as PostgreSQL writes them in JSON: hashes are keyed, identifiers encrypted or gone. */
  erasures: z.array(z.looseObject({ id: z.guid() })),
  identifiers: z.array(z.object({ hash: z.string(), erasure_id: z.guid() })),
});
export type ErasureJournal = z.output<typeof journalSchema>;

export function parseErasureJournal(text: string): ErasureJournal {
  return journalSchema.parse(JSON.parse(text));
}

export const EMPTY_JOURNAL: ErasureJournal = { format: 1, erasures: [], identifiers: [] };

export async function readErasureJournal(db: Database): Promise<ErasureJournal> {
  const { rows } = await sql<ErasureJournal>`
    SELECT 1 AS format,
      (SELECT coalesce(json_agg(e ORDER BY e.id), '[]') FROM erasures e) AS erasures,
      (SELECT coalesce(json_agg(json_build_object('hash', hash, 'erasure_id', erasure_id) ORDER BY number), '[]')
        FROM erased_identifiers) AS identifiers`.execute(db);
  return journalSchema.parse(rows[0]);
}

/** @returns how many identifiers the database did not know */
export async function addErasureJournal(
  trx: Trx,
  { erasures, identifiers }: ErasureJournal,
): Promise<number> {
  // One and the same person may have an open erasure of another number in the backup: the journal's is the later word.
  await sql`
    INSERT INTO erasures SELECT * FROM json_populate_recordset(NULL::erasures, ${JSON.stringify(erasures)}::json)
    ON CONFLICT (id) DO UPDATE SET
      subject_sealed = excluded.subject_sealed, counts = excluded.counts,
      suppressed_at = excluded.suppressed_at, deleted_at = excluded.deleted_at`.execute(trx);
  const { numAffectedRows } = await sql`
    INSERT INTO erased_identifiers (hash, erasure_id)
    SELECT hash, erasure_id FROM json_to_recordset(${JSON.stringify(identifiers)}::json) AS i (hash text, erasure_id uuid)
    ON CONFLICT (hash) DO NOTHING`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}
