/**
 * Credits that expire, entries that speak of others, and reservations of which only the open ones are kept: how one
 * has ended is said by the ledger. A charge is written by the thousand, so that every index and every check of a row
 * is paid for.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  // A row is written only under the lock of its wallet, so there is no user to look up for each one.
  await sql`
    ALTER TABLE ledger_entries
      DROP CONSTRAINT ledger_entries_user_id_fkey,
      DROP CONSTRAINT ledger_entries_charge_id_kind_key,
      DROP CONSTRAINT ledger_entries_check1,
      ADD COLUMN expires_at timestamptz(3),
      ADD COLUMN refers_to bigint,
      ADD CONSTRAINT ledger_entries_amount_check1
        CHECK (kind = 'adjustment' OR (kind IN ('grant', 'release')) = (amount > 0)),
      ADD CONSTRAINT ledger_entries_expires_at_check CHECK (expires_at IS NULL OR kind = 'grant'),
      ADD CONSTRAINT ledger_entries_refers_to_check
        CHECK ((kind = 'expiry') <= (refers_to IS NOT NULL)
          AND (kind IN ('adjustment', 'expiry') OR refers_to IS NULL))`.execute(db);
  await sql`
    CREATE UNIQUE INDEX ledger_entries_charge_key ON ledger_entries (charge_id) WHERE kind = 'charge'`.execute(
    db,
  );
  await sql`
    CREATE UNIQUE INDEX ledger_entries_release_key ON ledger_entries (charge_id) WHERE kind = 'release'`.execute(
    db,
  );
  await sql`
    CREATE UNIQUE INDEX ledger_entries_reversal_key ON ledger_entries (refers_to)
    WHERE kind = 'adjustment' AND refers_to IS NOT NULL`.execute(db);

  // What is left of a grant that expires. Credits of a wallet that are in no lot never expire.
  await sql`
    CREATE TABLE credit_lots (
      id bigint PRIMARY KEY REFERENCES ledger_entries (id),
      user_id uuid NOT NULL REFERENCES wallets (user_id),
      expires_at timestamptz(3) NOT NULL,
      granted bigint NOT NULL,
      remaining bigint NOT NULL,
      CHECK (remaining BETWEEN 0 AND granted)
    )`.execute(db);
  await sql`
    CREATE INDEX credit_lots_user_id_idx ON credit_lots (user_id, expires_at, id) WHERE remaining > 0`.execute(
    db,
  );
  await sql`CREATE INDEX credit_lots_expires_at_idx ON credit_lots (expires_at) WHERE remaining > 0`.execute(
    db,
  );

  await sql`DELETE FROM reservations WHERE state <> 'reserved'`.execute(db);
  await sql`DROP INDEX reservations_open_idx`.execute(db);
  await sql`ALTER TABLE reservations DROP COLUMN state`.execute(db);
  await sql`CREATE INDEX reservations_user_id_idx ON reservations (user_id) INCLUDE (amount)`.execute(db);
  // Rows come and go by the thousand: what is dead is to be cleared by its number, not by its share.
  await sql`
    ALTER TABLE reservations SET (
      autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
      autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 1000000)`.execute(db);

  // Which lots an open reservation has burnt, in the order of burning: `upto` is the sum up to this part.
  await sql`
    CREATE TABLE reservation_lots (
      charge_id uuid NOT NULL,
      lot_id bigint NOT NULL,
      amount bigint NOT NULL CHECK (amount > 0),
      upto bigint NOT NULL CHECK (upto >= amount),
      PRIMARY KEY (charge_id, lot_id)
    )`.execute(db);
}
