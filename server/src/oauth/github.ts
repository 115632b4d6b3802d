import { ClientSecretPost, Configuration } from 'openid-client'
import { z } from 'zod'
import { type ClientSettings, createCodeGrant, requestOptions } from './code-grant.ts'
import { type OAuthClient, OAuthFailure } from './identity.ts'

// https://docs.github.com/en/rest/users, as of November 2026
const GithubUser = z.object({ id: z.int(), login: z.string(), name: z.string().nullish() })
const GithubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** GitHub, or a GitHub Enterprise Server at `baseUrl`. */
export function createGithub({ clientId, clientSecret, baseUrl }: ClientSettings): OAuthClient {
  const base = baseUrl.replace(/\/+$/, '')
  const api = base === 'https://github.com' ? 'https://api.github.com' : `${base}/api/v3`
  const grant = createCodeGrant(async () => {
    const server = {
      issuer: base,
      authorization_endpoint: `${base}/login/oauth/authorize`,
      token_endpoint: `${base}/login/oauth/access_token`,
    }
    const config = new Configuration(server, clientId, undefined, ClientSecretPost(clientSecret))
    const { timeout, execute } = requestOptions(base)
    config.timeout = timeout
    for (const apply of execute) apply(config)
    return config
  })
  return {
    begin: (redirectUri) => grant.begin(redirectUri, 'read:user user:email'),
    async finish(url, checks) {
      const tokens = await grant.exchange(url, checks, { isOpenId: false })
      const user = GithubUser.safeParse(await grant.get(tokens, `${api}/user`))
      const emails = GithubEmails.safeParse(await grant.get(tokens, `${api}/user/emails`))
      if (!user.success || !emails.success) throw new OAuthFailure('failed')
      const { id, login, name } = user.data
      const primary = emails.data.find((each) => each.primary)
      return {
        subject: String(id),
        email: primary?.email ?? null,
        isEmailVerified: primary?.verified ?? false,
        name: name ?? login,
      }
    },
  }
}
