/**
 * What no load may bring any more, as this process knows it. Asked for before rows are read and again before what was
 * made of them takes effect, each time of admin-service; only what is new crosses the network.
 */
import { type ErasedHashes } from '@bigdata/models';
import { type ErasureControl } from './erasure-control';

/** Plain data, shared with the threads and never changed: a longer list is another one. */
export interface ErasedIdentifiers {
  readonly keys: ErasedHashes['keys'];
  /** Pairs of low and high half, open addressing by the low one; 0 0: free. A power of two, at most half full. */
  readonly table: SharedArrayBuffer;
}

export interface ErasedList {
  /** The list as it is at some moment after the call; the same object as long as it is the same. Null: empty. */
  current(): Promise<ErasedIdentifiers | null>;
}

export function createErasedList(control: Pick<ErasureControl, 'listAfter'>): ErasedList {
  const hashes: string[] = [];
  let last = 0;
  let list: ErasedIdentifiers | null = null;
  let underWay: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<ErasedIdentifiers | null> => {
    const before = hashes.length;
    for (;;) {
      const { keys, hashes: added, last: reached, has_more } = await control.listAfter(last);
      for (const hash of added) hashes.push(hash);
      last = reached;
      if (has_more) continue;
      if (hashes.length > before) list = { keys, table: toTable(hashes) };
      return list;
    }
  };

  return {
    // One after the other: an answer that was on its way before the call says nothing about the moment after it.
    current() {
      const answer = underWay.then(read);
      underWay = answer.catch(() => undefined);
      return answer;
    },
  };
}

/** Lists of up to some millions fit: 16 to 32 bytes each. */
export function toTable(hashes: readonly string[]): SharedArrayBuffer {
  let slots = 4;
  while (slots < 2 * hashes.length) slots *= 2;
  const buffer = new SharedArrayBuffer(slots * 8);
  const table = new Int32Array(buffer);
  for (const hash of hashes) {
    const high = Number.parseInt(hash.slice(0, 8), 16) | 0;
    const low = Number.parseInt(hash.slice(8), 16) | 0;
    let slot = low & (slots - 1);
    while (table[2 * slot] !== 0 || table[2 * slot + 1] !== 0) slot = (slot + 1) & (slots - 1);
    table[2 * slot] = low;
    table[2 * slot + 1] = high;
  }
  return buffer;
}
