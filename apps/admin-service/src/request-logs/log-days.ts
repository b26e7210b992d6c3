/** Partitions of the request log: days to come are made ahead, days past their retention are dropped whole. */
import { sql } from 'kysely';
import { lock } from '../db/advisory-locks';
import { type Database } from '../db/schema';
import { inTransaction } from '../db/transaction';

/** Longer than any service is likely to be down; entries of a day without a partition wait in the gateways. */
const DAYS_AHEAD = 7;

export interface LogDays {
  /** @returns how many days were dropped. Safe from several instances at once */
  keep(retentionDays: number): Promise<number>;
}

export function createLogDays(db: Database): LogDays {
  return {
    keep: (retentionDays) =>
      inTransaction(db, async (trx) => {
        await lock(trx, 'requestLogDays');
        // Creating takes a lock that holds up writers, so only what is missing is created.
        await sql`
          SELECT add_request_log_day(day) FROM (
            SELECT (now() AT TIME ZONE 'UTC')::date + number AS day FROM generate_series(0, ${DAYS_AHEAD}) AS number
          ) AS days
          WHERE to_regclass('request_logs_' || to_char(day, 'YYYYMMDD')) IS NULL`.execute(trx);
        const { rows: expired } = await sql<{ name: string }>`
          SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent = 'request_logs'::regclass AND c.relname ~ '^request_logs_[0-9]{8}$'
            AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - ${retentionDays}::int
          ORDER BY c.relname`.execute(trx);
        if (expired.length === 0) return 0;
        for (const { name } of expired) await sql`DROP TABLE ${sql.ref(name)}`.execute(trx);
        await sql`
          SELECT set_request_log_start(min(to_date(right(c.relname, 8), 'YYYYMMDD')))
          FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent = 'request_logs'::regclass AND c.relname ~ '^request_logs_[0-9]{8}$'`.execute(
          trx,
        );
        return expired.length;
      }),
  };
}
