import { RECORDS_PER_CALL, type ErasureControl } from './erasure-control';
import { type ErasureStore } from './erasure-store';

/** Keeps the records of an erasure out of later loads, whatever else these tell of them. */
export async function reportRecords(
  id: string,
  { control, store }: { readonly control: ErasureControl; readonly store: ErasureStore },
  signal: AbortSignal,
): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const recordIds = await store.readMarkedRecords(id, after, RECORDS_PER_CALL, signal);
    if (recordIds.length > 0) await control.addRecords(id, recordIds);
    if (recordIds.length < RECORDS_PER_CALL) return;
    after = recordIds.at(-1) ?? null;
  }
}
