/**
 * Request logs. Every unique key holds `created_at`, so that the table can become one partition per month; no
 * foreign keys, so that entries outlive what they tell about.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
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
      credits bigint NOT NULL,
      rows bigint NOT NULL,
      bytes bigint NOT NULL,
      created_at timestamptz(3) NOT NULL,
      PRIMARY KEY (created_at, entry_id)
    )`.execute(db);
  for (const column of ['user_id', 'key_id', 'route', 'status']) {
    await sql`
      CREATE INDEX ${sql.raw(`request_logs_${column}_idx`)}
      ON request_logs (${sql.ref(column)}, created_at DESC, entry_id DESC)`.execute(db);
  }
}
