/** Users, wallets, keys and the audit log. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE users (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      username text NOT NULL,
      role text NOT NULL CHECK (role IN ('user', 'admin')),
      disabled boolean NOT NULL DEFAULT false,
      requests_per_minute integer CHECK (requests_per_minute > 0),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT users_username_key UNIQUE (username)
    )`.execute(db);

  // 9007199254740991 is 2^53 - 1, the largest whole number that JSON carries exactly.
  await sql`
    CREATE TABLE wallets (
      user_id uuid PRIMARY KEY REFERENCES users (id),
      balance bigint NOT NULL DEFAULT 0 CHECK (balance BETWEEN 0 AND 9007199254740991)
    )`.execute(db);

  await sql`
    CREATE TABLE api_keys (
      id text PRIMARY KEY CHECK (length(id) = 12),
      user_id uuid NOT NULL REFERENCES users (id),
      hash text NOT NULL,
      expires_at timestamptz(3),
      revoked_at timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`CREATE INDEX api_keys_user_id_idx ON api_keys (user_id, created_at)`.execute(db);

  await sql`
    CREATE TABLE audit_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      actor text NOT NULL,
      action text NOT NULL,
      target text NOT NULL,
      before jsonb,
      after jsonb,
      request_id text,
      created_at timestamptz(3) NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`CREATE INDEX audit_log_target_idx ON audit_log (target, id DESC)`.execute(db);

  await sql`
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`.execute(db);
}
