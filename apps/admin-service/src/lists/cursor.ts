/** Cursors of newest-first lists: the sort key of the last item shown, opaque to the caller. */
import { AppError } from '@bigdata/models';
import { type z } from 'zod';

/** @param list names the list, so that a cursor of one is refused by another */
export function encodeCursor(list: string, key: Readonly<Record<string, string | number>>): string {
  return Buffer.from(JSON.stringify([list, key])).toString('base64url');
}

/** @throws AppError `invalid_cursor` for anything that `encodeCursor` did not make for this list */
export function decodeCursor<T>(list: string, cursor: string, schema: z.ZodType<T>): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parsed = null;
  }
  const [name, key] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  const result = schema.safeParse(key);
  if (name !== list || !result.success) {
    throw new AppError('invalid_cursor', { detail: 'The cursor is not one that this list gave.' });
  }
  return result.data;
}
