/** Request logs: appended in batches by the gateway, read by admins. */
import { type ProblemCode, type RequestLog, type RequestLogEntry } from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Database, type RequestLogsTable } from '../db/schema';
import { type Page, type PageRequest, readPage } from '../lists/page';
import { appendEntries } from './append-entries';

export interface RequestLogFilter {
  readonly user_id?: string | undefined;
  readonly key_id?: string | undefined;
  readonly route?: string | undefined;
  readonly status?: number | undefined;
  readonly code?: ProblemCode | undefined;
  readonly request_id?: string | undefined;
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

/** @param reads answers what is listed; a replica of `db` may */
export function createRequestLogRepository(db: Database, reads = db): RequestLogRepository {
  return {
    append: (entries) => appendEntries(db, entries),

    list: ({ user_id, key_id, route, status, code, request_id, from, to }, page) =>
      readPage(page, {
        list: 'logs',
        key: keySchema,
        read: (after, count) => {
          let query = reads
            .selectFrom('request_logs')
            .selectAll()
            .orderBy('created_at', 'desc')
            .orderBy('entry_id', 'desc')
            .limit(count);
          if (user_id !== undefined) query = query.where('user_id', '=', user_id);
          if (key_id !== undefined) query = query.where('key_id', '=', key_id);
          if (route !== undefined) query = query.where('route', '=', route);
          if (status !== undefined) query = query.where('status', '=', status);
          if (code !== undefined) query = query.where('code', '=', code);
          if (request_id !== undefined) query = query.where('request_id', '=', request_id);
          if (from !== undefined) query = query.where('created_at', '>=', new Date(from));
          if (to !== undefined) query = query.where('created_at', '<', new Date(to));
          if (after) {
            // Alone, the comparison of rows would not tell PostgreSQL which days it need not look at.
            query = query.where('created_at', '<=', new Date(after.created_at));
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
