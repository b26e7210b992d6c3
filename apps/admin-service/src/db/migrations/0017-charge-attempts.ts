/** Who holds an open charge that several requests ask for, one after the other, under one Idempotency-Key. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`ALTER TABLE reservations ADD COLUMN attempt uuid`.execute(db);
}
