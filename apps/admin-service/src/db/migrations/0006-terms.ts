/** Terms: plans, what users have in place of them, and what a key narrows its user's rights to. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE plans (
      name text PRIMARY KEY,
      terms jsonb NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    ALTER TABLE users
      ADD COLUMN plan text REFERENCES plans (name),
      ADD COLUMN terms jsonb NOT NULL DEFAULT '{}'`.execute(db);
  await sql`CREATE INDEX users_plan_idx ON users (plan) WHERE plan IS NOT NULL`.execute(db);
  await sql`
    UPDATE users SET terms = jsonb_build_object('limits', jsonb_build_object('minute', requests_per_minute))
    WHERE requests_per_minute IS NOT NULL`.execute(db);
  await sql`ALTER TABLE users DROP COLUMN requests_per_minute`.execute(db);
  await sql`
    ALTER TABLE api_keys
      ADD COLUMN name text,
      ADD COLUMN scopes text[] CHECK (cardinality(scopes) > 0),
      ADD COLUMN allowed_addresses text[] CHECK (cardinality(allowed_addresses) > 0),
      ADD COLUMN fields text[] CHECK (cardinality(fields) > 0),
      ADD COLUMN last_used_at timestamptz(3),
      ADD COLUMN replaced_by text REFERENCES api_keys (id)`.execute(db);
}
