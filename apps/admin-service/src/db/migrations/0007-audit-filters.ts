/** Indexes for what the audit log is filtered by. `text_pattern_ops` serves prefixes of an action in any collation. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`CREATE INDEX audit_log_actor_idx ON audit_log (actor, id DESC)`.execute(db);
  await sql`CREATE INDEX audit_log_action_idx ON audit_log (action text_pattern_ops, id DESC)`.execute(db);
  await sql`CREATE INDEX audit_log_created_at_idx ON audit_log (created_at, id DESC)`.execute(db);
}
