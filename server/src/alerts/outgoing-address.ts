// Where Slack messages and webhooks may go.
import { AppError } from '../errors.ts'
import { createReach, isWebAddress, type MayReach, mayBeReached } from '../reach/index.ts'
import type { AlertsDeps } from './deps.ts'

const ports = [443, 8443]
const slackOrigin = 'https://hooks.slack.com'

/** Addresses that members name, judged. */
export type OutgoingAddresses = {
  /** @throws AppError invalid_request */
  require: (text: string, param: string) => URL
  /** Where an address that was taken is asked, and by which rule; null where it would be taken no longer. */
  target: (url: URL) => Target | null
  /** The same for one of Slack's. */
  slackTarget: (url: URL) => Target | null
}

/** Where a message goes; names are judged by the rule when they are looked up. */
export type Target = { url: URL; mayReach: MayReach }

/** Builds their judge. */
export function createOutgoingAddresses({
  ownNetworks,
  slackBase,
}: Pick<AlertsDeps, 'ownNetworks' | 'slackBase'>): OutgoingAddresses {
  const mayReach = createReach(ownNetworks, ports)
  // Unencrypted, what is told can be read on its way: that is for the operator's own networks.
  const mayBePlain = ownNetworks.length > 0
  const isSafe = (url: URL) => isWebAddress(url) && (mayBePlain || url.protocol === 'https:')
  const target = (url: URL): Target | null =>
    isSafe(url) && mayBeReached(url, mayReach) ? { url, mayReach } : null
  return {
    target,
    require(text, param) {
      const refuse = (message: string) =>
        new AppError('invalid_request', { message: `${param}: ${message}`, param })
      const url = URL.parse(text)
      if (!url || !isSafe(url)) throw refuse('Give an https:// address without a name and password.')
      if (!target(url))
        throw refuse(
          'Only public addresses are told, on port 443 or 8443. Operators allow others by WEBHOOK_NETWORKS.',
        )
      return url
    },
    slackTarget(url) {
      if (slackBase === null || url.origin !== slackOrigin) return target(url)
      // The operator's own word: it is asked wherever it is.
      return { url: new URL(slackBase + url.pathname), mayReach: () => true }
    },
  }
}
