/**
 * Request logs in one partition per day (UTC), so that retention drops tables in place of deleting rows, and the daily
 * usage that is kept in step with them. There is no default partition: with one, PostgreSQL could not read the days
 * one after the other in order. `request_logs_before` takes what is older than the first day.
 */
import { type Kysely, sql } from 'kysely';

const DAYS_AHEAD = 7;

export async function up(db: Kysely<never>): Promise<void> {
  await sql`ALTER TABLE request_logs RENAME TO request_logs_whole`.execute(db);
  for (const name of ['pkey', 'user_id_idx', 'key_id_idx', 'route_idx', 'status_idx']) {
    const [from, to] = [`request_logs_${name}`, `request_logs_whole_${name}`];
    await sql`ALTER INDEX ${sql.ref(from)} RENAME TO ${sql.ref(to)}`.execute(db);
  }
  await sql`
    CREATE TABLE request_logs (
      entry_id uuid NOT NULL,
      request_id text NOT NULL,
      user_id uuid,
      key_id text,
      method text NOT NULL,
      route text NOT NULL,
      status smallint NOT NULL,
      code text,
      latency_ms double precision NOT NULL,
      latency_parts_ms jsonb NOT NULL DEFAULT '{}',
      credits bigint NOT NULL,
      rows bigint NOT NULL,
      bytes bigint NOT NULL,
      shape text,
      created_at timestamptz(3) NOT NULL,
      PRIMARY KEY (created_at, entry_id)
    ) PARTITION BY RANGE (created_at)`.execute(db);
  for (const column of ['user_id', 'key_id', 'route', 'status', 'request_id']) {
    await sql`
      CREATE INDEX ${sql.ref(`request_logs_${column}_idx`)}
      ON request_logs (${sql.ref(column)}, created_at DESC, entry_id DESC)`.execute(db);
  }

  // The name of a day's partition holds the day: request_logs_20260131.
  await sql`
    CREATE FUNCTION add_request_log_day(day date) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF request_logs FOR VALUES FROM (%L) TO (%L)',
        'request_logs_' || to_char(day, 'YYYYMMDD'),
        day::timestamp AT TIME ZONE 'UTC',
        (day + 1)::timestamp AT TIME ZONE 'UTC'
      );
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION set_request_log_start(day date) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      DROP TABLE IF EXISTS request_logs_before;
      EXECUTE format(
        'CREATE TABLE request_logs_before PARTITION OF request_logs FOR VALUES FROM (MINVALUE) TO (%L)',
        day::timestamp AT TIME ZONE 'UTC'
      );
    END $$`.execute(db);
  await sql`
    WITH first AS (
      SELECT coalesce(min((created_at AT TIME ZONE 'UTC')::date), (now() AT TIME ZONE 'UTC')::date) AS day
      FROM request_logs_whole
    )
    SELECT set_request_log_start(first.day), (
      SELECT count(add_request_log_day(first.day + number))
      FROM generate_series(0, (now() AT TIME ZONE 'UTC')::date + ${sql.lit(DAYS_AHEAD)} - first.day) AS number
    ) FROM first`.execute(db);
  await sql`
    INSERT INTO request_logs
      (entry_id, request_id, user_id, key_id, method, route, status, code, latency_ms, credits, rows, bytes, created_at)
    SELECT
      entry_id, request_id, user_id, key_id, method, route, status, code, latency_ms, credits, rows, bytes, created_at
    FROM request_logs_whole`.execute(db);
  await sql`DROP TABLE request_logs_whole`.execute(db);

  await sql`
    CREATE TABLE daily_usage (
      user_id uuid NOT NULL,
      day date NOT NULL,
      key_id text NOT NULL,
      route text NOT NULL,
      requests bigint NOT NULL,
      succeeded bigint NOT NULL,
      refused bigint NOT NULL,
      failed bigint NOT NULL,
      credits bigint NOT NULL,
      rows bigint NOT NULL,
      bytes bigint NOT NULL,
      latency_ms double precision NOT NULL,
      PRIMARY KEY (user_id, day, key_id, route)
    )`.execute(db);
  await sql`CREATE INDEX daily_usage_day_idx ON daily_usage (day DESC, user_id DESC)`.execute(db);
  await sql`
    INSERT INTO daily_usage
    SELECT
      user_id, (created_at AT TIME ZONE 'UTC')::date, key_id, route, count(*),
      count(*) FILTER (WHERE status < 400), count(*) FILTER (WHERE status BETWEEN 400 AND 499),
      count(*) FILTER (WHERE status >= 500), sum(credits), sum(rows), sum(bytes), sum(latency_ms)
    FROM request_logs WHERE user_id IS NOT NULL AND key_id IS NOT NULL
    GROUP BY 1, 2, 3, 4`.execute(db);
}
