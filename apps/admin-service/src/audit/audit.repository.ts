/** The audit log as administrators read it. */
import { type AuditEntry } from '@bigdata/models';
import { type Selectable } from 'kysely';
import { z } from 'zod';
import { type AuditLogTable, type Database } from '../db/schema';
import { type Page, type PageRequest, readPage } from '../lists/page';

export interface AuditFilter {
  readonly actor?: string | undefined;
  /** Whole, or its first part. */
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  /** Inclusive. */
  readonly from?: string | undefined;
  /** Exclusive. */
  readonly to?: string | undefined;
}

export interface AuditRepository {
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}

const keySchema = z.strictObject({ id: z.int() });

export function createAuditRepository(db: Database): AuditRepository {
  return {
    list: ({ actor, action, target, from, to }, page) =>
      readPage(page, {
        list: 'audit',
        key: keySchema,
        read: (after, count) => {
          let query = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(count);
          if (actor !== undefined) query = query.where('actor', '=', actor);
          if (action !== undefined) {
            query = action.includes('.')
              ? query.where('action', '=', action)
              : query.where((eb) => eb(eb.fn('starts_with', ['action', eb.val(`${action}.`)]), '=', true));
          }
          if (target !== undefined) query = query.where('target', '=', target);
          if (from !== undefined) query = query.where('created_at', '>=', new Date(from));
          if (to !== undefined) query = query.where('created_at', '<', new Date(to));
          if (after) query = query.where('id', '<', after.id);
          return query.execute();
        },
        keyOf: ({ id }) => ({ id }),
        toItem: toAuditEntry,
      }),
  };
}

function toAuditEntry({ id, before, after, created_at, ...entry }: Selectable<AuditLogTable>): AuditEntry {
  return {
    ...entry,
    id: String(id),
    before: before === null ? null : { ...before },
    after: after === null ? null : { ...after },
    created_at: created_at.toISOString(),
  };
}
