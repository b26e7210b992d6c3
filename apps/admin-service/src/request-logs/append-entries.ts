/**
 * Takes a batch of log entries. The entries, the sums that they add to the daily usage and the last use of their keys
 * are one transaction; an entry that is there already adds to nothing, so the usage is exactly the sum of the log.
 */
import { type RequestLogEntry } from '@bigdata/models';
import { sql } from 'kysely';
import { type Database } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';

/** A gateway whose clock runs ahead is believed this far: there are partitions for the days to come, but not for all. */
const AHEAD_MAX = sql.raw(`interval '1 day'`);
/** How old the last use of a key may look: with less, every batch would write the rows of all keys in use. */
const LAST_USE_STEP = sql.raw(`interval '1 minute'`);

export async function appendEntries(db: Database, entries: readonly RequestLogEntry[]): Promise<void> {
  await inTransaction(db, async (trx) => {
    await insertWithUsage(trx, entries);
    await touchKeys(trx, entries);
  });
}

async function insertWithUsage(trx: Trx, entries: readonly RequestLogEntry[]): Promise<void> {
  await sql`
    WITH inserted AS (
      INSERT INTO request_logs (
        entry_id, request_id, user_id, key_id, method, route, status, code, latency_ms, latency_parts_ms, credits,
        rows, bytes, shape, created_at
      )
      SELECT
        entry_id, request_id, user_id, key_id, method, route, status, code, latency_ms, latency_parts_ms, credits,
        rows, bytes, shape, least(created_at, now() + ${AHEAD_MAX}) AS happened_at
      FROM jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) AS entry (
        entry_id uuid, request_id text, user_id uuid, key_id text, method text, route text, status smallint,
        code text, latency_ms double precision, latency_parts_ms jsonb, credits bigint, rows bigint, bytes bigint,
        shape text, created_at timestamptz(3)
      )
      -- In one order, so that two batches do not wait for each other crosswise.
      ORDER BY happened_at, entry_id
      ON CONFLICT DO NOTHING
      RETURNING *
    )
    INSERT INTO daily_usage AS usage
    SELECT
      user_id, (created_at AT TIME ZONE 'UTC')::date AS day, key_id, route, count(*),
      count(*) FILTER (WHERE status < 400), count(*) FILTER (WHERE status BETWEEN 400 AND 499),
      count(*) FILTER (WHERE status >= 500), sum(credits), sum(rows), sum(bytes), sum(latency_ms)
    FROM inserted WHERE user_id IS NOT NULL AND key_id IS NOT NULL
    GROUP BY user_id, day, key_id, route
    -- For the same reason.
    ORDER BY user_id, day, key_id, route
    ON CONFLICT (user_id, day, key_id, route) DO UPDATE SET
      requests = usage.requests + excluded.requests,
      succeeded = usage.succeeded + excluded.succeeded,
      refused = usage.refused + excluded.refused,
      failed = usage.failed + excluded.failed,
      credits = usage.credits + excluded.credits,
      rows = usage.rows + excluded.rows,
      bytes = usage.bytes + excluded.bytes,
      latency_ms = usage.latency_ms + excluded.latency_ms`.execute(trx);
}

/** A key that was refused, such as one from a wrong address, was not used. One that another batch writes is left to it. */
async function touchKeys(trx: Trx, entries: readonly RequestLogEntry[]): Promise<void> {
  const usedAt: Record<string, string> = {};
  for (const { key_id, status, created_at } of entries) {
    if (key_id !== null && status !== 401 && created_at > (usedAt[key_id] ?? '')) usedAt[key_id] = created_at;
  }
  await sql`
    WITH used AS (
      SELECT key AS id, least(value::timestamptz, now()) AS at FROM jsonb_each_text(${JSON.stringify(usedAt)}::jsonb)
    ), due AS (
      SELECT k.id, used.at FROM api_keys k JOIN used ON used.id = k.id
      WHERE k.last_used_at IS NULL OR k.last_used_at < used.at - ${LAST_USE_STEP}
      FOR NO KEY UPDATE OF k SKIP LOCKED
    )
    UPDATE api_keys SET last_used_at = due.at FROM due WHERE api_keys.id = due.id`.execute(trx);
}
