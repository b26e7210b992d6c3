/** Request logs: appended in batches by the gateway, read by admins. */
import { type RequestLog, type RequestLogEntry } from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Database, type RequestLogsTable } from '../db/schema';
import { type Page, type PageRequest, readPage } from '../lists/page';

export interface RequestLogFilter {
  readonly user_id?: string | undefined;
  readonly key_id?: string | undefined;
  readonly route?: string | undefined;
  readonly status?: number | undefined;
  /** Inclusive. */
  readonly from?: string | undefined;
  /** Exclusive. */
  readonly to?: string | undefined;
}

export interface RequestLogRepository {
  /** Entries that are there already are left as they are. */
  append(entries: readonly RequestLogEntry[]): Promise<void>;
  list(filter: RequestLogFilter, page: PageRequest): Promise<Page<RequestLog>>;
}

const keySchema = z.strictObject({ created_at: z.iso.datetime(), entry_id: z.guid() });

export function createRequestLogRepository(db: Database): RequestLogRepository {
  return {
    async append(entries) {
      await db
        .insertInto('request_logs')
        .values([...entries])
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    list: ({ user_id, key_id, route, status, from, to }, page) =>
      readPage(page, {
        list: 'logs',
        key: keySchema,
        read: (after, count) => {
          let query = db
            .selectFrom('request_logs')
            .selectAll()
            .orderBy('created_at', 'desc')
            .orderBy('entry_id', 'desc')
            .limit(count);
          if (user_id !== undefined) query = query.where('user_id', '=', user_id);
          if (key_id !== undefined) query = query.where('key_id', '=', key_id);
          if (route !== undefined) query = query.where('route', '=', route);
          if (status !== undefined) query = query.where('status', '=', status);
          if (from !== undefined) query = query.where('created_at', '>=', new Date(from));
          if (to !== undefined) query = query.where('created_at', '<', new Date(to));
          if (after) {
            query = query.where(
              sql<boolean>`(created_at, entry_id) < (${after.created_at}::timestamptz, ${after.entry_id}::uuid)`,
            );
          }
          return query.execute();
        },
        keyOf: ({ created_at, entry_id }) => ({ created_at: created_at.toISOString(), entry_id }),
        toItem: toRequestLog,
      }),
  };
}

function toRequestLog({ entry_id: _, created_at, ...log }: Selectable<RequestLogsTable>): RequestLog {
  return { ...log, created_at: created_at.toISOString() };
}
