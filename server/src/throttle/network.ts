import ipaddr from 'ipaddr.js'

/** What one customer of a provider has: an IPv4 address, the /64 of an IPv6 one (RFC 6177 §2). */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const ip = ipaddr.process(address)
  if (ip.kind() === 'ipv4') return ip.toString()
  const parts = ip.toByteArray().slice(0, 8)
  return `${ipaddr.fromByteArray([...parts, ...Array.from({ length: 8 }, () => 0)]).toString()}/64`
}
