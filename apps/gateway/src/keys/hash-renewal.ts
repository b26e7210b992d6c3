/**
 * A key that was stored under another pepper, or under one that nobody wrote down, is stored anew under the current one
 * when it is used: only then is the key itself here. Nobody waits for it; the next look-up of the key tries again.
 */
import { type RenewedKeyHash, type ResolvedKey } from '@bigdata/models';
import { type Logger } from '@bigdata/platform';

/** @param hash of the key that was sent, under the current pepper */
export type HashRenewal = (key: ResolvedKey, hash: string) => void;

export interface HashRenewalOptions {
  readonly pepperId: string;
  readonly renew: (renewed: RenewedKeyHash) => Promise<void>;
  readonly logger: Logger;
}

export function createHashRenewal({ pepperId, renew, logger }: HashRenewalOptions): HashRenewal {
  /** Once per look-up, whose answer every request of the key shares for a while. */
  const tried = new WeakSet<ResolvedKey>();
  return (key, hash) => {
    if (key.pepper_id === pepperId || tried.has(key)) return;
    tried.add(key);
    renew({ key_id: key.id, replaces: key.hash, hash, pepper_id: pepperId }).catch((error: unknown) => {
      logger.warn('the hash of a key could not be renewed', { key_id: key.id, error });
    });
  };
}
