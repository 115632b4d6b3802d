import type { IncomingMessage } from 'node:http'
import { authEndpoints, OAuthProvider } from '@portal/contract'
import type { Hono } from 'hono'
import { AppError } from '../errors.ts'
import { callerOf, type HttpEnv, type Mount } from '../http/index.ts'
import type { SignIn } from './service.ts'

type Places = {
  app: Hono<HttpEnv>
  mount: Mount
  clientAddress: (req: IncomingMessage) => string
}

/** Mounts the ways to other sites and back. */
export function mountOAuth(
  { app, mount, clientAddress }: Places,
  { withOAuth, linkedAccounts, credentials }: SignIn,
): void {
  mount(authEndpoints.signInSocial, async ({ body: { provider, callbackURL: returnTo }, caller }) => ({
    url: await withOAuth.begin({ provider, returnTo, principal: null }, caller),
    redirect: true as const,
  }))
  mount(authEndpoints.linkSocial, async ({ principal, body, caller }) => {
    credentials.requireRecentSignIn(principal)
    const { provider, callbackURL: returnTo } = body
    return { url: await withOAuth.begin({ provider, returnTo, principal }, caller), redirect: true as const }
  })
  mount(authEndpoints.listAccounts, ({ principal }) => linkedAccounts.list(principal))
  mount(authEndpoints.unlinkAccount, async ({ principal, body, caller }) => {
    await linkedAccounts.unlink(principal, body.providerId, caller)
    return { success: true as const }
  })
  const { callback } = authEndpoints
  app.on(callback.method, callback.path, async (c) => {
    const provider = OAuthProvider.safeParse(c.req.param('provider'))
    if (!provider.success) throw new AppError('not_found')
    const caller = callerOf(c.env, clientAddress)
    return c.redirect(await withOAuth.finish(provider.data, new URL(c.req.url), caller))
  })
}
