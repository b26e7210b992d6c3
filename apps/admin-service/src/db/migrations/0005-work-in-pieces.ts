/**
 * Ingest jobs in pieces that several workers hold side by side; undoing and sealing what they loaded.
 *
 * `checkpoint` of the layout before stays for instances of the version before, and is read by nobody else. Jobs that
 * were under way are planned anew. What ended before has its rows in the base already: it counts as sealed.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await extendJobs(db);
  await numberLoads(db);
  await carryOver(db);
  await createRanges(db);
  await createFilesAndDatasets(db);
}

async function extendJobs(db: Kysely<never>): Promise<void> {
  await sql`
    ALTER TABLE ingest_jobs
      ADD COLUMN load_number bigint,
      ADD COLUMN priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high')),
      ADD COLUMN parallelism integer CHECK (parallelism BETWEEN 1 AND 64),
      ADD COLUMN max_reject_ratio double precision CHECK (max_reject_ratio BETWEEN 0 AND 1),
      ADD COLUMN hints jsonb NOT NULL DEFAULT '{}',
      ADD COLUMN sha256 text,
      -- Not jsonb: names of columns may hold zero bytes, which that refuses.
      ADD COLUMN plan json,
      ADD COLUMN clear boolean NOT NULL DEFAULT false,
      ADD COLUMN tries integer NOT NULL DEFAULT 1,
      ADD COLUMN piece text CHECK (piece IN ('plan', 'finish', 'undo', 'seal')),
      ADD COLUMN piece_attempt integer,
      ADD COLUMN rows_read bigint NOT NULL DEFAULT 0,
      ADD COLUMN rows_loaded bigint NOT NULL DEFAULT 0,
      ADD COLUMN rows_rejected bigint NOT NULL DEFAULT 0,
      ADD COLUMN bytes_read bigint NOT NULL DEFAULT 0,
      ADD COLUMN undo_requested_at timestamptz(3),
      ADD COLUMN undone_at timestamptz(3),
      ADD COLUMN seal_due_at timestamptz(3),
      ADD COLUMN sealed_at timestamptz(3)`.execute(db);
  await sql`
    ALTER TABLE ingest_jobs
      ADD COLUMN holds_rows boolean GENERATED ALWAYS AS (
        (plan IS NOT NULL OR clear) AND undone_at IS NULL AND NOT (state = 'succeeded' AND rows_loaded = 0)
      ) STORED`.execute(db);
  await sql`
    CREATE INDEX ingest_jobs_content_idx ON ingest_jobs (dataset, sha256)
    WHERE sha256 IS NOT NULL AND undo_requested_at IS NULL`.execute(db);
  await sql`
    CREATE INDEX ingest_jobs_unsealed_idx ON ingest_jobs (dataset, finished_at)
    WHERE holds_rows AND sealed_at IS NULL`.execute(db);
  await sql`
    CREATE INDEX ingest_jobs_held_idx ON ingest_jobs (dataset)
    WHERE piece IN ('finish', 'undo') AND heartbeat_at IS NOT NULL`.execute(db);
  await sql`
    CREATE INDEX ingest_jobs_undo_due_idx ON ingest_jobs (id)
    WHERE undo_requested_at IS NOT NULL AND undone_at IS NULL`.execute(db);
  await sql`
    CREATE INDEX ingest_jobs_seal_due_idx ON ingest_jobs (id)
    WHERE seal_due_at IS NOT NULL AND sealed_at IS NULL`.execute(db);
}

/** In the order in which the jobs were made. A load number has four bytes in ClickHouse, and 0 is the base. */
async function numberLoads(db: Kysely<never>): Promise<void> {
  await sql`
    UPDATE ingest_jobs SET load_number = numbered.number
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM ingest_jobs) numbered
    WHERE ingest_jobs.id = numbered.id`.execute(db);
  await sql`ALTER TABLE ingest_jobs ALTER COLUMN load_number SET NOT NULL`.execute(db);
  await sql`
    ALTER TABLE ingest_jobs ALTER COLUMN load_number
    ADD GENERATED ALWAYS AS IDENTITY (MINVALUE 1 MAXVALUE 4294967295)`.execute(db);
  await sql`
    SELECT setval(pg_get_serial_sequence('ingest_jobs', 'load_number'), (SELECT count(*) + 1 FROM ingest_jobs), false)
    `.execute(db);
  await sql`ALTER TABLE ingest_jobs ADD UNIQUE (load_number)`.execute(db);
}

async function carryOver(db: Kysely<never>): Promise<void> {
  await sql`
    UPDATE ingest_jobs SET
      sealed_at = now(),
      rows_read = coalesce((result ->> 'rows_read')::bigint, (checkpoint ->> 'rows_read')::bigint, 0),
      rows_loaded = coalesce((result ->> 'rows_loaded')::bigint, (checkpoint ->> 'rows_loaded')::bigint, 0),
      rows_rejected = coalesce((result ->> 'rows_rejected')::bigint, (checkpoint ->> 'rows_rejected')::bigint, 0),
      bytes_read = coalesce((checkpoint ->> 'byte_offset')::bigint, 0)
    WHERE state IN ('succeeded', 'failed', 'cancelled')`.execute(db);
  await sql`
    UPDATE ingest_jobs SET
      state = 'queued', clear = checkpoint IS NOT NULL,
      worker_id = NULL, heartbeat_at = NULL, claimed_at = NULL, claimed_rows = 0, claimed_bytes = 0
    WHERE state IN ('queued', 'running')`.execute(db);
}

async function createRanges(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE ingest_ranges (
      job_id uuid NOT NULL REFERENCES ingest_jobs (id),
      number integer NOT NULL CHECK (number >= 0),
      start_position bigint NOT NULL,
      end_position bigint,
      line bigint NOT NULL,
      first_batch bigint NOT NULL,
      state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'held', 'done')),
      attempt integer NOT NULL DEFAULT 0,
      worker_id text,
      heartbeat_at timestamptz(3),
      checkpoint jsonb,
      bytes_read bigint NOT NULL DEFAULT 0,
      rows_read bigint GENERATED ALWAYS AS (coalesce((checkpoint ->> 'rows_read')::bigint, 0)) STORED,
      rows_loaded bigint GENERATED ALWAYS AS (coalesce((checkpoint ->> 'rows_loaded')::bigint, 0)) STORED,
      rows_rejected bigint GENERATED ALWAYS AS (coalesce((checkpoint ->> 'rows_rejected')::bigint, 0)) STORED,
      PRIMARY KEY (job_id, number)
    )`.execute(db);
  await sql`
    CREATE INDEX ingest_ranges_open_idx ON ingest_ranges (job_id, number) WHERE state <> 'done'`.execute(db);
}

async function createFilesAndDatasets(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE ingest_uploads (
      name text PRIMARY KEY,
      sha256 text NOT NULL,
      bytes bigint NOT NULL,
      uploaded_at timestamptz(3) NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TABLE ingest_mappings (
      fingerprint text PRIMARY KEY,
      mapping jsonb NOT NULL,
      last_used_at timestamptz(3) NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TABLE ingest_datasets (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL UNIQUE,
      key_policy jsonb,
      created_at timestamptz(3) NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    INSERT INTO ingest_datasets (name, created_at)
    SELECT dataset, min(created_at) FROM ingest_jobs GROUP BY dataset ORDER BY min(created_at)`.execute(db);
  await sql`
    CREATE TABLE ingest_analyses (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      request jsonb NOT NULL,
      -- Not jsonb: samples may hold zero bytes, which that refuses.
      outcome json,
      created_at timestamptz(3) NOT NULL DEFAULT now()
    )`.execute(db);
}
