/**
 * How often an address may present a key that is not valid. A key that was valid here a moment ago is not held up by
 * what others behind the same address do: only its holder can send it. In the memory of one process, bounded.
 */
import { isIPv6 } from 'node:net';

const ADDRESSES_MAX = 20_000;
const KNOWN_KEYS_MAX = 20_000;

export interface FailedAttempts {
  /** Seconds until this address may try again; 0 when it may now. */
  waitS(address: string): number;
  failed(address: string): void;
  succeeded(keyId: string, hash: string): void;
  /** The hash of a key that was valid here before; undefined when it was not, or that is long ago. */
  knownHash(keyId: string): string | undefined;
}

export interface FailedAttemptsOptions {
  /** Failures of one address in a minute; that many at once, then evenly. */
  readonly perMinute: number;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
  readonly addressesMax?: number;
}

export function createFailedAttempts({
  perMinute,
  clockMs,
  addressesMax = ADDRESSES_MAX,
}: FailedAttemptsOptions): FailedAttempts {
  const refillMs = 60_000 / perMinute;
  /** When all failures of an address are forgiven. In order of the last failure. */
  const clearMs = new Map<string, number>();
  const known = new Map<string, string>();
  return {
    waitS(address) {
      const overMs = (clearMs.get(networkOf(address)) ?? 0) - clockMs() - 60_000 + refillMs;
      return overMs > 0 ? Math.ceil(overMs / 1_000) : 0;
    },
    failed(address) {
      const network = networkOf(address);
      const until = Math.max(clearMs.get(network) ?? 0, clockMs()) + refillMs;
      renew(clearMs, network, until, addressesMax);
    },
    succeeded(keyId, hash) {
      if (known.get(keyId) !== hash) renew(known, keyId, hash, KNOWN_KEYS_MAX);
    },
    knownHash: (keyId) => known.get(keyId),
  };
}

/** Whoever has one IPv6 address has all of its /64. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  return [...groups, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':');
}

/** The newest last; the oldest goes when there are too many. */
function renew<V>(map: Map<string, V>, key: string, value: V, entriesMax: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= entriesMax) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
