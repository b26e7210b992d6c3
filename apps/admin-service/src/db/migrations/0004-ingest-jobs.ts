/** Ingest jobs: this row is a job's truth, the queue only says that it is due. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE ingest_jobs (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
      source text NOT NULL,
      dataset text NOT NULL,
      country text,
      mapping jsonb NOT NULL,
      force boolean NOT NULL,
      format text,
      attempt integer NOT NULL DEFAULT 0,
      worker_id text,
      claimed_at timestamptz(3),
      claimed_rows bigint NOT NULL DEFAULT 0,
      claimed_bytes bigint NOT NULL DEFAULT 0,
      heartbeat_at timestamptz(3),
      checkpoint jsonb,
      result jsonb,
      error jsonb,
      created_by text,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      started_at timestamptz(3),
      finished_at timestamptz(3),
      CHECK ((result IS NOT NULL) = (state = 'succeeded')),
      CHECK ((error IS NOT NULL) = (state = 'failed'))
    )`.execute(db);
  await sql`CREATE INDEX ingest_jobs_state_idx ON ingest_jobs (state, id DESC)`.execute(db);
  await sql`
    CREATE INDEX ingest_jobs_active_idx ON ingest_jobs (source)
    WHERE state IN ('queued', 'running')`.execute(db);
}
