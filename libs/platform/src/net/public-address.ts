/** Which IP addresses belong to the public internet. What is not known to be public is private. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IANA's special-purpose registry without its globally reachable entries, multicast and the reserved rest. */
const SPECIAL_IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, metadata services of clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
];

/** What stands in 2000::/3 and is no unicast address of the internet, or carries an IPv4 address inside. */
const SPECIAL_IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23], // protocol assignments, Teredo
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4
  ['3fff::', 20],
];

/**
 * @param address a numeric IPv4 or IPv6 address, the latter without brackets; anything else is not public
 * @returns false for every address that leads, or may lead, into a network of one's own: private, loopback,
 * link-local, shared, multicast and unspecified ones, and IPv6 addresses that stand for IPv4 ones (mapped, NAT64)
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !specialIPv4.check(address, 'ipv4');
  // A zone (`%eth0`) only goes with link-local addresses.
  if (!isIPv6(address) || address.includes('%')) return false;
  return globalIPv6.check(address, 'ipv6') && !specialIPv6.check(address, 'ipv6');
}

const specialIPv4 = toBlockList(SPECIAL_IPV4, 'ipv4');
const specialIPv6 = toBlockList(SPECIAL_IPV6, 'ipv6');
const globalIPv6 = toBlockList([['2000::', 3]], 'ipv6');

function toBlockList(networks: typeof SPECIAL_IPV4, family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
  return list;
}
