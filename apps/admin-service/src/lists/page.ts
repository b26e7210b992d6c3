/** One page of a newest-first list. */
import { type z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor';

type Key = Readonly<Record<string, string | number>>;

export interface Page<Item> {
  readonly data: Item[];
  readonly page: { readonly limit: number; readonly has_more: boolean; readonly next_cursor: string | null };
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface PageSource<Row, Item, K extends Key> {
  /** Name of the list, for its cursors. */
  readonly list: string;
  readonly key: z.ZodType<K>;
  /** Up to `count` rows after the key, newest first. */
  readonly read: (after: K | null, count: number) => Promise<Row[]>;
  readonly keyOf: (row: Row) => K;
  readonly toItem: (row: Row) => Item;
}

/** Reads one row more than asked for, which tells whether there is a next page. */
export async function readPage<Row, Item, K extends Key>(
  { limit, cursor }: PageRequest,
  { list, key, read, keyOf, toItem }: PageSource<Row, Item, K>,
): Promise<Page<Item>> {
  const after = cursor === undefined ? null : decodeCursor(list, cursor, key);
  const rows = await read(after, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  return {
    data: shown.map(toItem),
    page: {
      limit,
      has_more: hasMore,
      next_cursor: hasMore && last !== undefined ? encodeCursor(list, keyOf(last)) : null,
    },
  };
}
