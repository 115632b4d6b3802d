import type { AddressInfo } from 'node:net'
import type { Config } from './config.ts'

/** Where a browser on this machine finds a server that listens on an address; every address is this machine’s too. */
export function reachableUrl({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** Where people reach the portal, as far as the configuration tells. */
export function configuredUrl({ publicUrl, host, port }: Config): string {
  const family = host.includes(':') ? 'IPv6' : 'IPv4'
  return publicUrl ?? reachableUrl({ address: host, family, port })
}

/** Builds what says where links lead: to `PUBLIC_URL`, else to where the server listens, once it does. */
export function createPublicUrl(config: Config) {
  let url = configuredUrl(config)
  let own: string | null = null
  return {
    publicUrl: () => url,
    /** Where the server itself is reached; null until it listens. */
    ownUrl: () => own,
    listensAt: (listening: string) => {
      own = listening
      url = config.publicUrl ?? listening
    },
  }
}
