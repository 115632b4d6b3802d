import { discovery } from 'openid-client'
import { type ClientSettings, createCodeGrant, requestOptions } from './code-grant.ts'
import { type OAuthClient, OAuthFailure } from './identity.ts'

/** Google, or any other issuer of OpenID Connect at `baseUrl`. */
export function createGoogle({ clientId, clientSecret, baseUrl }: ClientSettings): OAuthClient {
  const grant = createCodeGrant(() =>
    discovery(new URL(baseUrl), clientId, clientSecret, undefined, requestOptions(baseUrl)),
  )
  return {
    begin: (redirectUri) => grant.begin(redirectUri, 'openid email profile'),
    async finish(url, checks) {
      const tokens = await grant.exchange(url, checks, { isOpenId: true })
      const claims = tokens.claims()
      if (!claims) throw new OAuthFailure('failed')
      const { sub: subject, email, email_verified: isVerified, name } = claims
      return {
        subject,
        email: typeof email === 'string' ? email : null,
        // Only a plain yes is one: some issuers send words, some nothing.
        isEmailVerified: isVerified === true,
        name: typeof name === 'string' ? name : null,
      }
    },
  }
}
