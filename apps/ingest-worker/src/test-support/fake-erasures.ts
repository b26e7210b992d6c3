/** admin-service's side of erasures, in memory. */
import { createHash, randomUUID } from 'node:crypto';
import { type DueErasure, type ErasureCounts, type ErasureSubject } from '@bigdata/models';
import { IdentifierHash } from '@bigdata/normalization';
import { type ErasureControl } from '../erasures/erasure-control';

export interface FakeErasure extends DueErasure {
  counts: ErasureCounts | null;
  deleted: boolean;
}

export interface FakeErasures extends ErasureControl {
  request(subject: ErasureSubject): FakeErasure;
}

export function createFakeErasures(): FakeErasures {
  const keyOf = (kind: string): Buffer => createHash('md5').update(kind).digest();
  const keys = {
    email: keyOf('email').toString('hex'),
    phone: keyOf('phone').toString('hex'),
    record_id: keyOf('record_id').toString('hex'),
  };
  const erasures: FakeErasure[] = [];
  const hashes: string[] = [];
  const list = ({ kind, value }: ErasureSubject): void => {
    const bytes = Buffer.from(value, kind === 'record_id' ? 'hex' : 'utf8');
    const hash = new IdentifierHash(keyOf(kind)).hex(bytes);
    if (!hashes.includes(hash)) hashes.push(hash);
  };
  const find = (wanted: string): FakeErasure | undefined => erasures.find(({ id }) => id === wanted);
  return {
    request(subject) {
      const erasure = { id: randomUUID(), subject, counts: null, deleted: false };
      erasures.push(erasure);
      list(subject);
      return erasure;
    },
    listAfter: (number) =>
      Promise.resolve({ keys, hashes: hashes.slice(number), last: hashes.length, has_more: false }),
    claim(id) {
      const erasure = find(id);
      return Promise.resolve(erasure?.counts === null ? erasure : null);
    },
    addRecords(_id, recordIds) {
      for (const value of recordIds) list({ kind: 'record_id', value });
      return Promise.resolve();
    },
    suppress(id, counts) {
      const erasure = find(id);
      if (erasure) erasure.counts ??= counts;
      return Promise.resolve();
    },
    claimDeletion: () =>
      Promise.resolve(erasures.filter(({ counts, deleted }) => counts !== null && !deleted)),
    finishDeletion(ids) {
      for (const id of ids) Object.assign(find(id) ?? {}, { deleted: true });
      return Promise.resolve();
    },
  };
}
