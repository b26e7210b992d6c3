/**
 * The ledger and the reservations. `charge_id` is the gateway's own: a client may send one request id twice,
 * and that is two charges.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE ledger_entries (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id),
      kind text NOT NULL CHECK (kind IN ('grant', 'adjustment', 'charge', 'release', 'expiry')),
      amount bigint NOT NULL CHECK (amount <> 0),
      balance_after bigint NOT NULL CHECK (balance_after >= 0),
      charge_id uuid,
      request_id text,
      reason text,
      actor text,
      idempotency_key text,
      idempotency_hash text,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT ledger_entries_charge_id_kind_key UNIQUE (charge_id, kind),
      CHECK ((kind IN ('charge', 'release')) = (charge_id IS NOT NULL)),
      CHECK ((kind IN ('grant', 'release')) = (amount > 0))
    )`.execute(db);
  await sql`CREATE INDEX ledger_entries_user_id_idx ON ledger_entries (user_id, id DESC)`.execute(db);
  await sql`
    CREATE UNIQUE INDEX ledger_entries_idempotency_key ON ledger_entries (actor, idempotency_key)
    WHERE idempotency_key IS NOT NULL`.execute(db);
  await sql`
    CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`.execute(db);

  // No foreign key: a row is written only together with its ledger entry, which has one, and checking twice
  // costs a sixth of a charge.
  await sql`
    CREATE TABLE reservations (
      charge_id uuid PRIMARY KEY,
      user_id uuid NOT NULL,
      amount bigint NOT NULL CHECK (amount > 0),
      request_id text NOT NULL,
      state text NOT NULL DEFAULT 'reserved' CHECK (state IN ('reserved', 'settled', 'released')),
      created_at timestamptz(3) NOT NULL DEFAULT now()
    )`.execute(db);
  // Holds only what is under way, so it is small, and is read whole to find what was abandoned.
  await sql`
    CREATE INDEX reservations_open_idx ON reservations (user_id, created_at) INCLUDE (amount)
    WHERE state = 'reserved'`.execute(db);
}
