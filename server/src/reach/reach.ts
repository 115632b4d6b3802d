// Which addresses may be asked that somebody named: judged where a connection goes, not by what is written.
import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { addressMatcher } from '../http/index.ts'

/** Whether a port of an address (any spelling) may be asked. */
export type MayReach = (address: string, port: number) => boolean

/**
 * The given ports of the public internet, and every port of the operator's own networks (CIDR). What is private, local,
 * reserved, or a way round to such through another protocol is not public (IANA's special-purpose registries).
 */
export function createReach(ownNetworks: readonly string[], ports: readonly number[]): MayReach {
  const isOwn = addressMatcher(ownNetworks)
  return (address, port) => isOwn(address) || (ports.includes(port) && isPublic(address))
}

const isGlobal = addressMatcher(['0.0.0.0/0', '2000::/3'])
// Azure's machines are told of themselves there (Microsoft, "What is IP address 168.63.129.16?", 2026).
const isOfHost = addressMatcher(['168.63.129.16'])

const isPublic = (address: string): boolean =>
  isGlobal(address) && !isOfHost(address) && ipaddr.process(address).range() === 'unicast'

/** The port that a web address is asked at. */
export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)

/** Whether it is an address of the web, without a name and password in it. */
export const isWebAddress = ({ protocol, username, password }: URL): boolean =>
  /^https?:$/.test(protocol) && username === '' && password === ''

/** Whether it may be asked, as far as that can be told without looking its name up. */
export function mayBeReached(url: URL, mayReach: MayReach): boolean {
  const address = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(address) === 0 || mayReach(address, portOf(url))
}

/**
 * Looks a name up for the connection that is being made, which goes to just what was judged here: a name that means
 * something else the next time gains nothing. One address that may not be asked is enough to fail.
 */
export const lookupWithin =
  (mayReach: MayReach, port: number): LookupFunction =>
  (hostname, options, callback) => {
    const answer = (error: NodeJS.ErrnoException | null, found: LookupAddress[] = []) => {
      const [first = { address: '', family: 0 }] = found
      if (options.all) callback(error, found)
      else callback(error, first.address, first.family)
    }
    lookUp(hostname, { ...options, all: true }, (error, found) => {
      if (error) return answer(error)
      const isWithin = found.every(({ address }) => mayReach(address, port))
      if (isWithin) answer(null, found)
      else answer(new Error(`${hostname} leads to an address that may not be asked.`))
    })
  }
