/**
 * A small deterministic generator (sfc32): 32-bit integer arithmetic alone, so that a seed gives the same people on
 * every machine and every Node.
 */
export type Random = {
  /** An integer from 0 to `bound` - 1. */
  readonly below: (bound: number) => number;
  /** True in `perMille` of 1,000 cases. */
  readonly chance: (perMille: number) => boolean;
  readonly pick: <Item>(items: readonly Item[]) => Item;
};

const WARM_UP_ROUNDS = 8;

/** One independent stream for every `stream` number under a seed: row 17 is the same in files of any length. */
export const createRandom = (seed: number, stream: number): Random => {
  let a = seed | 0;
  let b = stream | 0;
  let c = Math.imul(stream ^ 0x9e3779b9, 0x85ebca6b) | 0;
  let counter = 1;

  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) next();

  const below = (bound: number): number => next() % bound;
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  return { below, chance: (perMille) => below(1_000) < perMille, pick };
};
