import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Endpoint, Feature, UserId } from '@portal/contract'
import type { Hono } from 'hono'
import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { requireThemselves } from './administrator.ts'
import { type Authenticate, requireInForce, requireScope } from './authentication.ts'
import { readJson } from './body.ts'
import { invalidRequest } from './invalid-request.ts'
import { isWrite, type OriginCheck } from './own-origin.ts'
import type { Principal } from './principal.ts'

/** What Hono's handlers find in `c.env`: Node's own request and response. */
export type HttpEnv = { Bindings: { incoming: IncomingMessage; outgoing: ServerResponse } }

type Parsed<S> = NonNullable<S> extends infer T extends z.ZodType ? z.output<T> : undefined

/** One call of an endpoint, authenticated and parsed. */
export type Call<E extends Endpoint> = {
  principal: E['scope'] extends 'public' ? undefined : Principal
  params: Parsed<E['params']>
  query: Parsed<E['query']>
  body: Parsed<E['body']>
  headers: IncomingHttpHeaders
  caller: Caller
  /** Who asks, as of now: for answers that go on. @throws AppError once they may ask no more */
  readmit: () => Promise<Call<E>['principal']>
}

/** Where a call comes from, and the way to give its browser a cookie. */
export type Caller = {
  req: IncomingMessage
  /** The true client address. */
  address: string
  userAgent: string | null
  /** Adds a `set-cookie` header to the answer. */
  setCookie: (header: string) => void
  /** The administrator who is signed in as whoever calls; null where nobody is. */
  impersonatorId: UserId | null
}

/** What answers an endpoint's calls; its own Response goes as it is. */
export type Handle<E extends Endpoint> = (call: Call<E>) => Promise<z.output<E['output']> | Response>

/** `before` may refuse a caller whatever they send: it is asked before the body is read. */
export type Mount = <E extends Endpoint>(
  endpoint: E,
  handle: Handle<E>,
  before?: (caller: Caller) => Promise<void>,
) => void

// What is spoken over a WebSocket has no answer to present.
type AnsweredStatus = Exclude<Endpoint['status'], 101>

const defaultBodyBytesMax = 1024 * 1024

/** The caller of a request. */
export const callerOf = (
  { incoming, outgoing }: HttpEnv['Bindings'],
  clientAddress: (req: IncomingMessage) => string,
): Caller => ({
  req: incoming,
  address: clientAddress(incoming),
  userAgent: incoming.headers['user-agent']?.slice(0, 500) ?? null,
  setCookie: (header) => void outgoing.appendHeader('set-cookie', header),
  impersonatorId: null,
})

/** What every route goes through. */
export type Gate = {
  authenticate: Authenticate
  requireOwnOrigin: OriginCheck
  clientAddress: (req: IncomingMessage) => string
  /** @throws AppError switched_off */
  requireFeature: (feature: Feature) => Promise<void>
}

/**
 * Mounts contract endpoints on a Hono app: authenticate, check the scope, parse, call, answer. A handler’s own Response
 * goes as it is.
 */
export function createMount(app: Hono<HttpEnv>, gate: Gate): Mount {
  return (endpoint, handle, before) => {
    for (const path of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      app.on(endpoint.method, path, async (c) => {
        const { incoming } = c.env
        const principal = await admitted(gate, endpoint, c.env)
        const impersonatorId = principal?.person?.impersonatorId ?? null
        const caller = { ...callerOf(c.env, gate.clientAddress), impersonatorId }
        await before?.(caller)
        const call = {
          principal,
          params: parse(endpoint.params, c.req.param()),
          query: parse(endpoint.query, requireText(c.req.queries())),
          body: await parseBody(endpoint, incoming),
          headers: incoming.headers,
          caller,
          readmit: () => admitted(gate, endpoint, { incoming, outgoing: null }),
        }
        const output = await handle(call as Call<typeof endpoint>)
        return output instanceof Response ? output : c.json(output, endpoint.status as AnsweredStatus)
      })
    }
  }
}

/** Who asks, where that matters; what anybody may ask is taken from our own pages only, once a page asks it. */
async function admitted(
  gate: Gate,
  endpoint: Endpoint,
  { incoming, outgoing }: { incoming: IncomingMessage; outgoing: ServerResponse | null },
) {
  const { scope, feature, isPersonal } = endpoint
  if (scope === 'public') {
    if (isWrite(incoming)) gate.requireOwnOrigin(incoming)
    if (feature) await gate.requireFeature(feature)
    return undefined
  }
  const principal = await gate.authenticate(incoming, outgoing)
  requireScope(principal, scope)
  requireInForce(principal, endpoint)
  if (isPersonal) requireThemselves(principal)
  if (feature) await gate.requireFeature(feature)
  return principal
}

async function parseBody(endpoint: Endpoint, req: IncomingMessage): Promise<unknown> {
  if (!endpoint.body) return undefined
  const json = await readJson(req, endpoint.bodyBytesMax ?? defaultBodyBytesMax)
  if (json === null && !endpoint.bodyOptional) {
    throw new AppError('invalid_request', { message: 'Send a JSON object as the request body.' })
  }
  return parse(endpoint.body, json === null ? {} : json.value)
}

/**
 * A query as contracts have it: text, or a list where a name was given several times. PostgreSQL takes no NUL, and no word
 * of a search has one. @throws AppError invalid_request
 */
function requireText(query: Record<string, string[]>): Record<string, unknown> {
  const param = Object.keys(query).find((name) => query[name]?.some((value) => value.includes('\0')))
  if (param === undefined) {
    return Object.fromEntries(
      Object.entries(query).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    )
  }
  throw new AppError('invalid_request', {
    message: `${param}: Contains characters that are not text.`,
    param,
  })
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  throw invalidRequest(parsed.error)
}
