import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Endpoint } from '@portal/contract'
import type { Hono } from 'hono'
import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { type Authenticate, requireScope } from './authentication.ts'
import { readJson } from './body.ts'
import { invalidRequest } from './invalid-request.ts'
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
}

export type Mount = <E extends Endpoint>(
  endpoint: E,
  handle: (call: Call<E>) => Promise<z.output<E['output']>>,
) => void

const defaultBodyBytesMax = 1024 * 1024

/** Mounts contract endpoints on a Hono app: authenticate, check the scope, parse, call, answer. */
export function createMount(app: Hono<HttpEnv>, authenticate: Authenticate): Mount {
  return (endpoint, handle) => {
    for (const path of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      app.on(endpoint.method, path, async (c) => {
        const principal = endpoint.scope === 'public' ? undefined : await authenticate(c.env.incoming)
        if (principal) requireScope(principal, endpoint.scope)
        const call = {
          principal,
          params: parse(endpoint.params, c.req.param()),
          query: parse(endpoint.query, c.req.query()),
          body: await parseBody(endpoint, c.env.incoming),
          headers: c.env.incoming.headers,
        }
        const output = await handle(call as Call<typeof endpoint>)
        return c.json(output, endpoint.status)
      })
    }
  }
}

async function parseBody(endpoint: Endpoint, req: IncomingMessage): Promise<unknown> {
  if (!endpoint.body) return undefined
  const json = await readJson(req, endpoint.bodyBytesMax ?? defaultBodyBytesMax)
  if (json === null && !endpoint.bodyOptional) {
    throw new AppError('invalid_request', { message: 'Send a JSON object as the request body.' })
  }
  return parse(endpoint.body, json === null ? {} : json.value)
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  throw invalidRequest(parsed.error)
}
