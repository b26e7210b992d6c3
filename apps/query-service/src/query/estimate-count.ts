/**
 * How many records a filter finds, from those among the least ids. Ids are hashes, so a share of all ids has the same
 * share of the records, whatever the filter asks for; and all rows of a record have its id, so the part is counted as
 * exactly as the whole would be. Of `n` records found in a part, the standard deviation is one part in √n.
 */

/** One part in 20: of a hundred estimates 95 are within a tenth, and one in a million is further off than a quarter. */
const FOUND_MIN = 400;
/** A second part is as large as it takes to find so many, by what the first one found. */
const FOUND_AIM = 600;
const FIRST_SHARE = 1 / 64;
/** A larger part costs about what all of it does. */
const SHARE_MAX = 1 / 4;

export interface RecordCount {
  readonly value: number;
  readonly relation: 'eq' | 'approx';
}

/** @param countShare counts the records that a filter finds in this share of all ids; of 1 all */
export async function estimateCount(countShare: (share: number) => Promise<number>): Promise<RecordCount> {
  for (let share = FIRST_SHARE, parts = 0; share <= SHARE_MAX && parts < 2; parts += 1) {
    const found = await countShare(share);
    if (found >= FOUND_MIN) return { value: Math.round(found / share), relation: 'approx' };
    share = inBits(share * (FOUND_AIM / Math.max(1, found)));
  }
  return { value: await countShare(1), relation: 'eq' };
}

const SHARE_BITS = 32;

/** What the bound of a part can tell apart. */
function inBits(share: number): number {
  return Math.ceil(share * 2 ** SHARE_BITS) / 2 ** SHARE_BITS;
}

/** The least id that is not in this share of all ids, which is below 1: 32 hexadecimal digits. */
export function idAfterShare(share: number): string {
  return (share * 2 ** SHARE_BITS)
    .toString(16)
    .padStart(SHARE_BITS / 4, '0')
    .padEnd(32, '0');
}

export interface CountedPage {
  /** Records that are known to be there: those shown, and one more where there is a further page. */
  readonly known: number;
  /** The first page, and no further one. */
  readonly isAll: boolean;
}

/** What the page shows is certain, so no count contradicts it. */
export function besidePage({ value, relation }: RecordCount, { known, isAll }: CountedPage): RecordCount {
  return isAll ? { value: known, relation: 'eq' } : { value: Math.max(known, value), relation };
}
