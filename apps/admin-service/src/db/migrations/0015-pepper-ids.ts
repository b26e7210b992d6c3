/**
 * Which pepper made the hash of a key. Null for the keys that are there: nothing in a hash tells its pepper. The next
 * use of such a key writes it down.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`ALTER TABLE api_keys ADD COLUMN pepper_id text`.execute(db);
}
