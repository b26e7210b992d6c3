/** Whether an address lies in one of several ranges. */
import { BlockList, isIP } from 'node:net';

/** @param ranges addresses and ranges in CIDR notation, valid as `addressRangeSchema` says */
export function createAddressSet(ranges: readonly string[]): (address: string) => boolean {
  const set = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    if (prefix === undefined) set.addAddress(network, familyOf(network));
    else set.addSubnet(network, Number(prefix), familyOf(network));
  }
  return (address) => isIP(address) !== 0 && set.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
