/** The request log by problem code: whoever looks for refusals and failures asks for a kind of them. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE INDEX request_logs_code_idx ON request_logs (code, created_at DESC, entry_id DESC)
    WHERE code IS NOT NULL`.execute(db);
}
