/** What admins ask of the request log, and the same as a statement of PostgreSQL's own. Pure. */
import { DAYS, keyIdOf, RARE_ROUTE, userIdOf } from './log-month';

export type LogQuestion = {
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  /** Condition of the same entries; $1 and so on are `values`. */
  readonly condition: string;
  readonly values: readonly unknown[];
};

export const PAGE_ROWS = 100;

/** @param nowMs the log ends on the day before */
export const logQuestions = (rows: number, nowMs: number): readonly LogQuestion[] => {
  const equals = (name: string, query: Record<string, string>): LogQuestion => ({
    name,
    query,
    condition: Object.keys(query)
      .map((column, index) => `${column} = $${index + 1}`)
      .join(' AND '),
    values: Object.values(query),
  });
  const midMs = Math.floor(nowMs / 86_400_000 - DAYS / 2) * 86_400_000;
  const [from, to] = [new Date(midMs).toISOString(), new Date(midMs + 3_600_000).toISOString()];
  const busy = userIdOf(0);
  return [
    { name: 'newest', query: {}, condition: 'true', values: [] },
    equals('busy_user', { user_id: busy }),
    equals('quiet_user', { user_id: userIdOf(999) }),
    equals('unknown_user', { user_id: userIdOf(1_000_000) }),
    equals('key', { key_id: keyIdOf(3) }),
    equals('rare_route', { route: RARE_ROUTE }),
    equals('rare_status', { status: '500' }),
    equals('rare_code', { code: 'internal' }),
    equals('rare_status_of_busy_user', { user_id: busy, status: '500' }),
    equals('code_of_busy_user', { user_id: busy, code: 'rate_limited' }),
    equals('request_id', { request_id: `request-${DAYS / 2}-${Math.floor(rows / DAYS / 2)}` }),
    {
      name: 'an_hour',
      query: { from, to },
      condition: 'created_at >= $1 AND created_at < $2',
      values: [from, to],
    },
  ];
};
