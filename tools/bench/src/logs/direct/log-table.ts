/** The table of the request log, past the services. */
import { Pool } from 'pg';
import { DAYS, RARE_ONE_IN, RARE_ROUTE, USER_SHARE_EXPONENT, USERS } from '../log-month';

export type LogTable = {
  /** A month of entries, spread evenly, each day in its partition as the service makes them. */
  readonly fill: (rows: number, progress: (line: string) => void) => Promise<void>;
  /** Newest first. @returns how many there are, up to `limit` */
  readonly count: (question: DirectQuestion) => Promise<number>;
  readonly mbOnDisk: () => Promise<number>;
  readonly close: () => Promise<void>;
};

export type DirectQuestion = {
  /** Of SQL; $1 and so on are `values`. */
  readonly condition: string;
  readonly values: readonly unknown[];
  readonly limit: number;
  readonly skip?: number;
};

const COLUMNS = `entry_id, request_id, user_id, key_id, method, route, status, code, latency_ms, latency_parts_ms, credits,
  rows, bytes, shape, created_at`;

export const openLogTable = (databaseUrl: string): LogTable => {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  return {
    async fill(rows, progress) {
      await pool.query(`SELECT set_request_log_start(((now() AT TIME ZONE 'UTC')::date - ${DAYS}))`);
      const perDay = Math.ceil(rows / DAYS);
      for (let day = DAYS; day >= 1; day -= 1) {
        const count = Math.min(perDay, rows - perDay * (DAYS - day));
        if (count <= 0) break;
        if (day % 5 === 0) progress(`filling the log: ${DAYS - day} of ${DAYS} days`);
        await pool.query(`SELECT add_request_log_day((now() AT TIME ZONE 'UTC')::date - ${day})`);
        await pool.query(fillDay(day), [count]);
      }
      progress('telling PostgreSQL of it');
      await pool.query('ANALYZE request_logs');
    },
    async count({ condition, values, limit, skip = 0 }) {
      const found = await pool.query(
        `SELECT ${COLUMNS} FROM request_logs WHERE ${condition}
         ORDER BY created_at DESC, entry_id DESC LIMIT ${limit} OFFSET ${skip}`,
        [...values],
      );
      return found.rows.length;
    },
    async mbOnDisk() {
      const { rows } = await pool.query<{ mb: string }>(
        `SELECT sum(pg_total_relation_size(inhrelid)) / 1e6 AS mb
         FROM pg_inherits WHERE inhparent = 'request_logs'::regclass`,
      );
      return Math.round(Number(rows[0]?.mb));
    },
    close: () => pool.end(),
  };
};

/** $1: entries of the day. */
const fillDay = (daysAgo: number): string => `
  INSERT INTO request_logs (entry_id, request_id, user_id, key_id, method, route, status, code, latency_ms, credits, rows,
    bytes, created_at)
  SELECT gen_random_uuid(), 'request-' || ${daysAgo} || '-' || n,
    ('00000000-0000-4000-8000-' || lpad(to_hex(u), 12, '0'))::uuid, 'key-' || lpad(to_hex(u), 8, '0'), 'POST',
    CASE WHEN n % ${RARE_ONE_IN} = 7 THEN '${RARE_ROUTE}' WHEN n % 5 = 0 THEN '/v1/lookup' ELSE '/v1/query' END,
    CASE WHEN n % ${RARE_ONE_IN} = 3 THEN 500 WHEN n % 40 = 1 THEN 422 WHEN n % 30 = 1 THEN 429 ELSE 200 END,
    CASE WHEN n % ${RARE_ONE_IN} = 3 THEN 'internal' WHEN n % 40 = 1 THEN 'invalid_request'
      WHEN n % 30 = 1 THEN 'rate_limited' END,
    5 + n % 90, 1, n % 100, n % 9000,
    ((now() AT TIME ZONE 'UTC')::date - ${daysAgo})::timestamp AT TIME ZONE 'UTC' + interval '1 day' * (n::float8 / $1)
  FROM (
    SELECT n, floor(${USERS} * power(random(), ${USER_SHARE_EXPONENT}))::int AS u
    FROM generate_series(0, $1::int - 1) AS n
  ) AS made`;
