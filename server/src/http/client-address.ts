import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** Tells whether an address (any spelling) lies in one of the given addresses or CIDR ranges. */
export function addressMatcher(ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.map(parseRange)
  return (address) => {
    if (!ipaddr.isValid(address)) return false
    const ip = ipaddr.process(address)
    return parsed.some(([network, bits]) => network.kind() === ip.kind() && ip.match(network, bits))
  }
}

function parseRange(text: string): Range {
  if (text.includes('/')) {
    const [network, bits] = ipaddr.parseCIDR(text)
    // ::ffff:a.b.c.d/96+n is the IPv4 range a.b.c.d/n
    if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96)
      return [network.toIPv4Address(), bits - 96]
    return [network, bits]
  }
  const ip = ipaddr.process(text)
  return [ip, ip.kind() === 'ipv4' ? 32 : 128]
}

/**
 * The client's address: the socket's peer, or, when that is a trusted proxy, the rightmost hop of
 * `x-forwarded-for` that is not one. IPv4-mapped addresses are normalised.
 */
export function clientAddressReader(trustedProxies: readonly string[]): (req: IncomingMessage) => string {
  const isTrusted = addressMatcher(trustedProxies)
  return (req) => {
    let client = normalise(req.socket.remoteAddress ?? '')
    if (trustedProxies.length === 0) return client
    const hops = String(req.headers['x-forwarded-for'] ?? '')
      .split(',')
      .reverse()
      .map((hop) => normalise(hop.trim()))
    for (const hop of hops) {
      if (!hop || !isTrusted(client)) break
      client = hop
    }
    return client
  }
}

const normalise = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.process(address).toString() : ''

const isLoopback = addressMatcher(['127.0.0.0/8', '::1/128'])

/** Whether a URL's host name, or an address, is one that a machine has for itself. */
export const isLocalName = (hostname: string): boolean =>
  hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''))

const proxyHeader = /^(forwarded|via|x-real-ip|x-forwarded-.+)$/

/** Whether a proxy says that it stands between the client and the socket's peer. */
export const isProxied = ({ headers }: IncomingMessage): boolean =>
  Object.keys(headers).some((name) => proxyHeader.test(name))
