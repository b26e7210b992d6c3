/** The hashes that a key may be stored under: one per pepper that is in use. */
import { type Pepper, sameHash } from '@bigdata/models';

export interface GivenHashes {
  /** Under the pepper that new keys are stored with. */
  readonly current: string;
  /** Compares with all of them, in constant time, whichever it is. */
  include(hash: string): boolean;
}

export type KeyHashes = (apiKey: string) => GivenHashes;

export function createKeyHashes(current: Pepper, previous: readonly Pepper[]): KeyHashes {
  return (apiKey) => {
    const own = current.hash(apiKey);
    const others = previous.map((pepper) => pepper.hash(apiKey));
    return {
      current: own,
      include(hash) {
        let included = sameHash(own, hash);
        for (const other of others) included = sameHash(other, hash) || included;
        return included;
      },
    };
  };
}
