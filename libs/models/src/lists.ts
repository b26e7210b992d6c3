/** What every list has in common. */
import { z } from 'zod';

export const PAGE_LIMIT_MAX = 1_000;
export const PAGE_LIMIT_DEFAULT = 100;

export const pageSchema = z.object({
  limit: z.int(),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
});

export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  cursor: z.string().min(1).max(2_048).optional(),
});

/** `{ data, page }`, newest first. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), page: pageSchema });
}

export const timestampSchema = z.iso.datetime({ offset: true });
export const uuidSchema = z.guid();
