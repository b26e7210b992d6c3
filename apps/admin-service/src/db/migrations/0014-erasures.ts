/**
 * Erasures of persons and what later loads may not bring. Nothing here tells an identifier without the key from the
 * configuration: hashes are keyed, and the identifier that is needed until everything is deleted is encrypted.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE erasures (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      subject_kind text NOT NULL CHECK (subject_kind IN ('email', 'phone', 'record_id')),
      subject_hash text NOT NULL,
      subject_sealed bytea,
      reason text,
      requested_by text NOT NULL,
      counts jsonb,
      requested_at timestamptz(3) NOT NULL DEFAULT now(),
      suppressed_at timestamptz(3),
      deleted_at timestamptz(3),
      CHECK (deleted_at IS NULL OR suppressed_at IS NOT NULL),
      CHECK ((subject_sealed IS NULL) = (deleted_at IS NOT NULL)),
      CHECK ((counts IS NULL) = (suppressed_at IS NULL))
    )`.execute(db);
  // Asking again for what is under way is the same request. Also the index of what there is to do.
  await sql`
    CREATE UNIQUE INDEX erasures_open_idx ON erasures (subject_kind, subject_hash)
    WHERE deleted_at IS NULL`.execute(db);
  await sql`
    CREATE TABLE erased_identifiers (
      number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      hash text NOT NULL UNIQUE,
      erasure_id uuid NOT NULL REFERENCES erasures
    )`.execute(db);
}
