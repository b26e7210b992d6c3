/**
 * Whom the gateway talks with. The address is that of the connection; only a proxy that the configuration trusts is
 * believed about the one behind it, and what a client itself writes into X-Forwarded-For is never reached.
 */
import { type IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { createAddressSet } from './address-set';

/** Null when the connection is gone already, or when a trusted proxy names no address. */
export type ClientAddress = (request: {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}) => string | null;

/** @param trustedProxies addresses and ranges */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted = createAddressSet(trustedProxies);
  return ({ headers, socket }) => {
    const peer = socket.remoteAddress;
    if (peer === undefined) return null;
    let address = plainAddress(peer);
    if (!isTrusted(address)) return address;
    const forwarded = headers['x-forwarded-for'];
    const hops = typeof forwarded === 'string' ? forwarded.split(',') : [];
    // Each proxy appends whom it heard; the first that is none of ours, read from the end, is the client.
    for (const hop of hops.toReversed()) {
      address = plainAddress(hop.trim());
      if (isIP(address) === 0) return null;
      if (!isTrusted(address)) return address;
    }
    return address;
  };
}

/** An IPv4 address that came in over an IPv6 socket is an IPv4 address. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}
