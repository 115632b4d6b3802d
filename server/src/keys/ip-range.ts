import ipaddr from 'ipaddr.js'
import { addressMatcher } from '../http/index.ts'

/** Whether an address or CIDR range admits no address that `outer` does not; unsure is no. */
export function isRangeWithin(inner: string, outer: string): boolean {
  // A range is contiguous: what holds its ends holds all of it.
  return inner === outer || endsOf(inner).every(addressMatcher([outer]))
}

function endsOf(range: string): string[] {
  if (!range.includes('/')) return [range]
  const family = ipaddr.IPv4.isValidCIDR(range) ? ipaddr.IPv4 : ipaddr.IPv6
  return [family.networkAddressFromCIDR(range), family.broadcastAddressFromCIDR(range)].map(String)
}
