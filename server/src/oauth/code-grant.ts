import * as oauth from 'openid-client'
import { type Checks, OAuthFailure } from './identity.ts'

const patienceSeconds = 10

/** What a client is at the other side. */
export type ClientSettings = { clientId: string; clientSecret: string; baseUrl: string }

/** The grant's side of a client, whose configuration is made when it is first needed. */
export type CodeGrant = {
  begin: (redirectUri: string, scope: string) => Promise<{ url: string; checks: Checks }>
  /** What the code was exchanged for. @throws OAuthFailure */
  exchange: (url: URL, checks: Checks, options: { isOpenId: boolean }) => Promise<Tokens>
  /** JSON that the access token opens. @throws OAuthFailure */
  get: (tokens: Tokens, url: string) => Promise<unknown>
}

type Tokens = Awaited<ReturnType<typeof oauth.authorizationCodeGrant>>

/** Builds the grant; a configuration that cannot be had is asked for anew at the next try. */
export function createCodeGrant(configure: () => Promise<oauth.Configuration>): CodeGrant {
  let known: Promise<oauth.Configuration> | null = null
  const configuration = () => {
    known ??= configure().catch((cause) => {
      known = null
      throw new OAuthFailure('failed', { cause })
    })
    return known
  }
  return {
    async begin(redirectUri, scope) {
      const config = await configuration()
      const checks = {
        state: oauth.randomState(),
        nonce: oauth.randomNonce(),
        codeVerifier: oauth.randomPKCECodeVerifier(),
      }
      const url = oauth.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: 'S256',
        prompt: 'select_account',
      })
      return { url: url.href, checks }
    },
    exchange: (url, { state, nonce, codeVerifier }, { isOpenId }) =>
      failing(async () =>
        oauth.authorizationCodeGrant(await configuration(), url, {
          expectedState: state,
          pkceCodeVerifier: codeVerifier,
          ...(isOpenId && { expectedNonce: nonce, idTokenExpected: true }),
        }),
      ),
    get: (tokens, url) =>
      failing(async () => {
        const { access_token: token } = tokens
        const response = await oauth.fetchProtectedResource(
          await configuration(),
          token,
          new URL(url),
          'GET',
          undefined,
          new Headers({ accept: 'application/json', 'user-agent': 'llm-portal' }),
        )
        if (!response.ok) throw new Error(`${url} answered ${response.status}.`)
        return response.json()
      }),
  }
}

/** Bounded in time, and in the clear only where the other side is there on purpose: on this machine, for a test. */
export const requestOptions = (baseUrl: string) => ({
  timeout: patienceSeconds,
  execute: baseUrl.startsWith('http:') ? [oauth.allowInsecureRequests] : [],
})

async function failing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof OAuthFailure) throw cause
    const isDenied = cause instanceof oauth.AuthorizationResponseError && cause.error === 'access_denied'
    throw new OAuthFailure(isDenied ? 'denied' : 'failed', { cause })
  }
}
