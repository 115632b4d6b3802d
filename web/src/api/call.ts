import type { Endpoint } from '@portal/contract'
import type { z } from 'zod'
import { apiErrorFrom, unreachable } from './api-error.ts'

type In<S> = [NonNullable<S>] extends [never]
  ? undefined
  : NonNullable<S> extends infer T extends z.ZodType
    ? z.input<T>
    : never
type Given<Name extends string, S> =
  undefined extends In<S>
    ? { [K in Name]?: undefined }
    : Record<never, unknown> extends In<S>
      ? { [K in Name]?: In<S> }
      : { [K in Name]: In<S> }

/** What an endpoint is called with. */
export type Input<E extends Endpoint> = Given<'params', E['params']> &
  Given<'query', E['query']> &
  Given<'body', E['body']> & { signal?: AbortSignal }

/** What an endpoint answers with. */
export type Output<E extends Endpoint> = z.output<E['output']>

type AnyInput = {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
}

/**
 * Calls an endpoint of the contract as the person who is signed in here.
 * @throws ApiError what the server answered, or `unreachable`; AbortError after `signal`
 */
export async function call<E extends Endpoint>(endpoint: E, input: Input<E>): Promise<Output<E>> {
  const { params, query, body, signal } = input as AnyInput
  const response = await fetchFrom(urlOf(endpoint.path, params, query), {
    method: endpoint.method,
    // Also without a body: a write that says it is JSON is one that no foreign form can send.
    ...(endpoint.method !== 'GET' && { headers: { 'content-type': 'application/json' } }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  })
  if (!response.ok) throw await apiErrorFrom(response)
  return (await response.json()) as Output<E>
}

/** As `fetch`, on our own server, with the session. @throws ApiError `unreachable` */
export async function fetchFrom(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, credentials: 'same-origin' })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw unreachable()
  }
}

/** The URL of an endpoint's path (`/api/keys/:keyId`, `/api/models/:id{.+}`) with its parameters and query. */
export function urlOf(path: string, params: AnyInput['params'] = {}, query: AnyInput['query'] = {}): string {
  const filled = path.replace(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  )
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value].flat().flatMap((one) => (one === undefined ? [] : [[name, String(one)]])),
    ),
  ).toString()
  return search ? `${filled}?${search}` : filled
}
