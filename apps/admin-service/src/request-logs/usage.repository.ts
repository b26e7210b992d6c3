/** Daily usage, summed up as asked. */
import { type Usage, type UsageGroup } from '@bigdata/models';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { type Database } from '../db/schema';
import { type Page, type PageRequest, readPage } from '../lists/page';

export interface UsageFilter {
  readonly user_id?: string | undefined;
  readonly key_id?: string | undefined;
  readonly route?: string | undefined;
  /** First day, inclusive. */
  readonly from?: string | undefined;
  /** Last day, inclusive. */
  readonly to?: string | undefined;
}

export interface UsageRepository {
  list(groupBy: UsageGroup, filter: UsageFilter, page: PageRequest): Promise<Page<Usage>>;
}

type UsageRow = Omit<Usage, 'latency_mean_ms'> & { readonly latency_ms: number; readonly member: string };

/** Beside the day. Of a page's rows no two have both in common. */
const MEMBERS: Readonly<Record<UsageGroup, RawBuilder<string>>> = {
  day: sql`''`,
  user: sql`user_id::text`,
  key: sql`user_id::text || ' ' || key_id`,
  route: sql`route`,
};

const keySchema = z.strictObject({ day: z.iso.date(), member: z.string() });

export function createUsageRepository(db: Database): UsageRepository {
  return {
    list: (groupBy, filter, page) =>
      readPage(page, {
        list: `usage by ${groupBy}`,
        key: keySchema,
        read: async (after, count) => {
          const wanted = [
            ...(filter.user_id === undefined ? [] : [sql`user_id = ${filter.user_id}`]),
            ...(filter.key_id === undefined ? [] : [sql`key_id = ${filter.key_id}`]),
            ...(filter.route === undefined ? [] : [sql`route = ${filter.route}`]),
            ...(filter.from === undefined ? [] : [sql`day >= ${filter.from}::date`]),
            ...(filter.to === undefined ? [] : [sql`day <= ${filter.to}::date`]),
            ...(after
              ? [
                  sql`day <= ${after.day}::date`,
                  sql`(day, ${MEMBERS[groupBy]}) < (${after.day}::date, ${after.member})`,
                ]
              : []),
          ];
          const byUser = groupBy === 'user' || groupBy === 'key';
          const { rows } = await sql<UsageRow>`
            SELECT
              to_char(sums.day, 'YYYY-MM-DD') AS day, sums.member, sums.user_id, u.username, sums.key_id, sums.route,
              requests, succeeded, refused, failed, credits, rows, bytes, latency_ms
            FROM (
              SELECT
                day, ${MEMBERS[groupBy]} AS member,
                ${byUser ? sql`user_id` : sql`NULL::uuid`} AS user_id,
                ${groupBy === 'key' ? sql`key_id` : sql`NULL::text`} AS key_id,
                ${groupBy === 'route' ? sql`route` : sql`NULL::text`} AS route,
                sum(requests)::bigint AS requests, sum(succeeded)::bigint AS succeeded,
                sum(refused)::bigint AS refused, sum(failed)::bigint AS failed, sum(credits)::bigint AS credits,
                sum(rows)::bigint AS rows, sum(bytes)::bigint AS bytes, sum(latency_ms) AS latency_ms
              FROM daily_usage
              WHERE ${wanted.length === 0 ? sql`true` : sql.join(wanted, sql` AND `)}
              GROUP BY 1, 2, 3, 4, 5
              ORDER BY day DESC, member DESC
              LIMIT ${count}
            ) AS sums
            LEFT JOIN users u ON u.id = sums.user_id
            ORDER BY sums.day DESC, sums.member DESC`.execute(db);
          return rows;
        },
        keyOf: ({ day, member }) => ({ day, member }),
        toItem: ({ member: _, latency_ms, ...usage }) => ({
          ...usage,
          latency_mean_ms: Math.round((latency_ms / usage.requests) * 100) / 100,
        }),
      }),
  };
}
