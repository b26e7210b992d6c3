/** Erasures as admin-service keeps them, through its internal routes. */
import {
  type DueErasure,
  ERASED_RECORDS_PER_CALL_MAX,
  type ErasedHashes,
  type ErasureCounts,
  ROUTES,
} from '@bigdata/models';
import { type ServiceClient } from '@bigdata/platform';

export interface ErasureControl {
  /** What no load may bring any more, added after a number. */
  listAfter(number: number): Promise<ErasedHashes>;
  /** Null when it is suppressed already, or unknown. */
  claim(id: string): Promise<DueErasure | null>;
  addRecords(id: string, recordIds: readonly string[]): Promise<void>;
  suppress(id: string, counts: ErasureCounts): Promise<void>;
  /** Those that are suppressed and not deleted; none: nothing is to be done. */
  claimDeletion(): Promise<readonly DueErasure[]>;
  finishDeletion(ids: readonly string[]): Promise<void>;
}

export const RECORDS_PER_CALL = ERASED_RECORDS_PER_CALL_MAX;

export function createErasureControl(admin: ServiceClient): ErasureControl {
  const call = (id: string) => ({ params: { id }, requestId: `erasure-${id}` });
  return {
    listAfter: (number) =>
      admin.call(ROUTES.listErased, { requestId: 'erased-list', body: { after: number } }),
    claim: async (id) => (await admin.call(ROUTES.claimErasure, call(id))).erasure,
    async addRecords(id, recordIds) {
      await admin.call(ROUTES.addErasedRecords, { ...call(id), body: { record_ids: [...recordIds] } });
    },
    async suppress(id, counts) {
      await admin.call(ROUTES.suppressErasure, { ...call(id), body: counts });
    },
    claimDeletion: async () =>
      (await admin.call(ROUTES.claimDeletion, { requestId: 'erasure-deletion' })).erasures,
    async finishDeletion(ids) {
      await admin.call(ROUTES.finishDeletion, { requestId: 'erasure-deletion', body: { ids: [...ids] } });
    },
  };
}
