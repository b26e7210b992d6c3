/** The addresses that a key may be used from. */
import { type ResolvedKey } from '@bigdata/models';
import { createAddressSet } from '../door/address-set';

/** One set per look-up of a key: it is made once and goes with the answer that it was made from. */
const sets = new WeakMap<ResolvedKey, (address: string) => boolean>();

/** @param clientAddress asked only for keys that are restricted; null when it is unknown, which no such key allows */
export function mayCallFrom(key: ResolvedKey, clientAddress: () => string | null): boolean {
  if (key.allowed_addresses === null) return true;
  let allows = sets.get(key);
  if (!allows) {
    allows = createAddressSet(key.allowed_addresses);
    sets.set(key, allows);
  }
  const address = clientAddress();
  return address !== null && allows(address);
}
