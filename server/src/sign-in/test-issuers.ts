// Other sites to sign in with: a real OpenID provider in Google's place, and a GitHub that checks what GitHub checks.
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { interactionPolicy } from 'oidc-provider'

/** Who somebody is at the other site, as it would say it. */
export type Somebody = { sub: string; email?: string; email_verified?: unknown; name?: string }

type Issuer = {
  url: string
  /** Who signs in there next. */
  somebody: Somebody
  close: () => Promise<void>
}

export const clientId = 'portal-client'
export const clientSecret = 'portal-client-secret-portal-client-secret'

async function listen(
  handler: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<[Server, string]> {
  const server = createServer((req, res) => handler(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]
}

const closing = (server: Server) => () => {
  server.closeAllConnections()
  return new Promise<void>((resolve) => server.close(() => resolve()))
}

/** Starts an OpenID provider that lets `somebody` in without asking; it lets no other address be returned to. */
export async function startIssuer(redirectUri: () => string): Promise<Issuer> {
  let handle: (req: IncomingMessage, res: ServerResponse) => void = () => {}
  const [server, url] = await listen((req, res) => handle(req, res))
  const issuer: Issuer = { url, somebody: { sub: 'nobody' }, close: closing(server) }
  let provider: Provider | null = null
  handle = (req, res) => {
    provider ??= createProvider(issuer, redirectUri())
    if (req.url?.startsWith('/interaction/')) void letIn(provider, issuer, { req, res })
    else void provider.callback()(req, res)
  }
  return issuer
}

function createProvider(issuer: Issuer, redirectUri: string): Provider {
  return new Provider(issuer.url, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { policy: policyWithSelection(), url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['a test'] },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ ...issuer.somebody, sub: accountId }) as { sub: string },
    }),
  })
}

/** Google takes `prompt=select_account`. */
function policyWithSelection() {
  const policy = interactionPolicy.base()
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }))
  return policy
}

async function letIn(
  provider: Provider,
  { somebody }: Issuer,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(req, res)
  if (prompt.name !== 'consent') {
    const login = { accountId: somebody.sub }
    return provider.interactionFinished(req, res, { login, select_account: {} })
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params.client_id) })
  grant?.addOIDCScope(String(params.scope))
  return provider.interactionFinished(req, res, { consent: { grantId: await grant?.save() } })
}

type GithubCode = { challenge: string; redirectUri: string; somebody: Somebody }

/** Starts a GitHub; its API is below `/api/v3`, as an Enterprise Server's is. */
export async function startGithub(): Promise<Issuer & { login: string }> {
  const codes = new Map<string, GithubCode>()
  /** Whoever let us in, by token. */
  const tokens = new Map<string, Somebody>()
  const [server, url] = await listen((req, res) => void serve(req, res))
  const github = { url, login: 'ada', somebody: { sub: '1' } as Somebody, close: closing(server) }
  const json = (res: ServerResponse, status: number, body: unknown) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '', url)
    if (pathname === '/login/oauth/authorize') return authorize(searchParams, res)
    if (pathname === '/login/oauth/access_token') return exchange(await formOf(req), res)
    const somebody = tokens.get(String(req.headers.authorization).replace(/^Bearer /i, ''))
    if (!somebody) return void json(res, 401, {})
    const { sub, email, email_verified: verified, name } = somebody
    if (pathname === '/api/v3/user')
      return void json(res, 200, { id: Number(sub), login: github.login, name })
    const emails = email ? [{ email, primary: true, verified: verified === true }] : []
    return void json(res, 200, [{ email: 'other@example.com', primary: false, verified: true }, ...emails])
  }

  function authorize(query: URLSearchParams, res: ServerResponse): void {
    const code = randomUUID()
    const redirectUri = query.get('redirect_uri') ?? ''
    const { somebody } = github
    codes.set(code, { challenge: query.get('code_challenge') ?? '', redirectUri, somebody })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    res.writeHead(302, { location: back.href }).end()
  }

  /** As GitHub does, with a 200 for errors too. */
  function exchange(form: URLSearchParams, res: ServerResponse): void {
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isOurs = form.get('client_id') === clientId && form.get('client_secret') === clientSecret
    if (!isOurs || code?.challenge !== challenge || code.redirectUri !== form.get('redirect_uri'))
      return void json(res, 200, { error: 'bad_verification_code' })
    const token = randomUUID()
    tokens.set(token, code.somebody)
    json(res, 200, { access_token: token, token_type: 'bearer', scope: 'read:user,user:email' })
  }
  return github
}

async function formOf(req: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of req) text += chunk
  return new URLSearchParams(text)
}
