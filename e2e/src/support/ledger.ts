import { type Api } from './api';

export interface Entry {
  readonly kind: string;
  readonly amount: number;
  readonly balance_after: number;
  readonly request_id: string | null;
}

/** Every entry of a wallet, newest first. */
export async function readLedger(admin: Api, userId: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await admin.get<{ data: Entry[]; page: { next_cursor: string | null } }>(
      `/v1/admin/users/${userId}/credits?limit=1000${query}`,
    );
    entries.push(...body.data);
    cursor = body.page.next_cursor;
  } while (cursor !== null);
  return entries;
}

export const sumOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { amount }) => sum + amount, 0);
