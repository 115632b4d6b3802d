// The way to another site and back: what it was begun for is kept in a cookie that only the portal can read.
import { type OAuthProvider, PortalPath } from '@portal/contract'
import { z } from 'zod'
import type { Caller } from '../http/index.ts'
import type { SignInDeps } from './deps.ts'

const Journey = z.object({
  provider: z.enum(['google', 'github']),
  /** Who adds a way in; null where somebody signs in. */
  userId: z.string().nullable(),
  returnTo: PortalPath,
  checks: z.object({ state: z.string(), codeVerifier: z.string(), nonce: z.string() }),
  expiresAtMs: z.number(),
})
/** What somebody went to another site for. */
export type Journey = z.infer<typeof Journey>

/** The journeys under way, each with its browser. */
export type Journeys = {
  /** Keeps a journey with the browser that makes it. */
  begin: (journey: Omit<Journey, 'expiresAtMs'>, caller: Caller) => Promise<void>
  /** The journey that the browser comes back from, which then is over; null where it is none of ours, or too long ago. */
  end: (provider: OAuthProvider, caller: Caller) => Promise<Journey | null>
}

const lifeSeconds = 10 * 60
const owner = 'oauth journey'

/** Builds them. */
export function createJourneys({ secrets, cookies, now }: SignInDeps): Journeys {
  return {
    async begin(journey, { setCookie }) {
      const expiresAtMs = now() + lifeSeconds * 1000
      const sealed = await secrets.encrypt(JSON.stringify({ ...journey, expiresAtMs }), owner)
      setCookie(cookies.set('oauth', sealed, lifeSeconds))
    },
    async end(provider, { req, setCookie }) {
      const sealed = cookies.read(req, 'oauth')
      if (sealed === null) return null
      setCookie(cookies.remove('oauth'))
      const opened = await secrets.decrypt(sealed, owner).then(JSON.parse, () => null)
      const journey = Journey.safeParse(opened)
      if (!journey.success || journey.data.provider !== provider) return null
      return journey.data.expiresAtMs > now() ? journey.data : null
    },
  }
}
