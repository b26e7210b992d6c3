import { type Api, readAll } from './api';

export interface Entry {
  readonly kind: string;
  readonly amount: number;
  readonly balance_after: number;
  readonly request_id: string | null;
}

/** Every entry of a wallet, newest first. */
export const readLedger = (admin: Api, userId: string): Promise<Entry[]> =>
  readAll(admin, `/v1/admin/users/${userId}/credits`);

export const sumOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { amount }) => sum + amount, 0);
