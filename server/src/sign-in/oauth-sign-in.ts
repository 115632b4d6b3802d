import type { OAuthProvider } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import { OAuthFailure } from '../oauth/index.ts'
import { networkOf } from '../throttle/index.ts'
import type { SignInDeps } from './deps.ts'
import type { Entry } from './entry.ts'
import { signingIn } from './limits.ts'
import { createArrival, withQuery } from './oauth-arrival.ts'
import { createJourneys, type Journey } from './oauth-journey.ts'
import { OAuthRefusal } from './oauth-refusal.ts'

/** Signing in with Google and GitHub, and adding them to one's ways in. */
export type OAuthSignIn = {
  /**
   * Where to send the browser.
   * @throws AppError not_found for a site that is not offered, rate_limit_exceeded, upstream_error
   */
  begin: (asked: Begin, caller: Caller) => Promise<string>
  /** Lets in whoever comes back, or adds the way in; resolves to the path of the page to go on to, or that says why not. */
  finish: (provider: OAuthProvider, url: URL, caller: Caller) => Promise<string>
}

type Begin = { provider: OAuthProvider; returnTo: string; principal: Principal | null }

/** Builds it. */
export function createOAuthSignIn(deps: SignInDeps, entry: Entry): OAuthSignIn {
  const { providers, publicUrl, throttles, log } = deps
  const journeys = createJourneys(deps)
  const arrival = createArrival(deps, entry)
  const callbackOf = (provider: OAuthProvider) => `${publicUrl()}/api/auth/callback/${provider}`

  async function arrive(journey: Journey | null, url: URL, caller: Caller): Promise<string> {
    const client = journey && providers[journey.provider]
    if (!client) throw new OAuthFailure('failed')
    const here = new URL(callbackOf(journey.provider))
    here.search = url.search
    const identity = await client.finish(here, journey.checks)
    const coming = { journey, identity, caller }
    return journey.userId === null ? arrival.signIn(coming) : arrival.addWayIn(coming)
  }

  return {
    async begin({ provider, returnTo, principal }, caller) {
      const client = providers[provider]
      if (!client)
        throw new AppError('not_found', { message: `Signing in with ${provider} is not offered here.` })
      await throttles.take(signingIn, networkOf(caller.address))
      const { url, checks } = await client.begin(callbackOf(provider)).catch(unreachable)
      await journeys.begin({ provider, returnTo, checks, userId: principal?.userId ?? null }, caller)
      return url
    },
    async finish(provider, url, caller) {
      const journey = await journeys.end(provider, caller)
      const page = journey?.userId ? journey.returnTo : '/sign-in'
      try {
        return await arrive(journey, url, caller)
      } catch (cause) {
        const error = problemOf(cause)
        if (error === 'failed') log.warn({ err: cause, provider }, 'signing in elsewhere failed')
        return withQuery(page, { error, provider })
      }
    },
  }
}

/** Why somebody is not let in, as the page that says so knows it. Rethrows what is no reason of theirs. */
function problemOf(cause: unknown): string {
  if (cause instanceof OAuthRefusal) return cause.problem
  if (cause instanceof OAuthFailure) return cause.kind
  if (cause instanceof AppError && cause.status < 500) return cause.code.replaceAll('_', '-')
  throw cause
}

function unreachable(cause: unknown): never {
  throw new AppError('upstream_error', {
    message: 'The other site cannot be reached just now. Try again shortly, or sign in another way.',
    cause,
  })
}
