import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import type { Feature } from './features.ts'

/**
 * Who may call an endpoint, besides people who are signed in:
 * `public` anyone · `any` every live key · `models` keys that may call models · `read` and `write` keys
 * that may see and change the account · `self` keys that may change it, of their owner's own things · `person` no key ·
 * `administrator` no key, and only people who run the portal.
 */
export type Scope = 'public' | 'any' | 'models' | 'read' | 'write' | 'self' | 'person' | 'administrator'

type Schema = z.ZodType | undefined

/** One endpoint of the API, as a value: the server mounts it, clients call it, the documentation is folded from it. */
export type Endpoint<
  Params extends Schema = Schema,
  Query extends Schema = Schema,
  Body extends Schema = Schema,
  Output extends z.ZodType = z.ZodType,
> = {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Path with `:name` parameters. */
  path: string
  /** Other paths that answer alike. */
  aliases?: readonly string[]
  /** The group it is listed under in the documentation. */
  tag: string
  summary: string
  scope: Scope
  /** Not for an administrator who is signed in as somebody else: only for that person themselves. */
  isPersonal?: true
  /** A change of what is a person's own, open to people of a suspended organisation too; no other is. */
  whileSuspended?: true
  /** What has to be switched on for it. */
  feature?: Feature
  params?: Params
  query?: Query
  body?: Body
  /** A body of multipart/form-data instead, which the handler reads itself. */
  form?: z.ZodType
  /** The body may be left out altogether. */
  bodyOptional?: boolean
  /** Largest body accepted, in bytes; 1 MiB unless said. */
  bodyBytesMax?: number
  output: Output
  /** What the output is sent as; JSON unless said. */
  mediaType?: string
  /** 101 is a WebSocket, of which the output is one message. */
  status: 101 | 200 | 201 | 302
  /** The shape of one event, where the endpoint can stream. */
  events?: z.ZodType
  errors: readonly ErrorCode[]
  /** The shape of its errors, where that is another API's. */
  errorBody?: z.ZodType
}

/** Declares an endpoint, keeping the exact types of its schemas. */
export const endpoint = <
  Output extends z.ZodType,
  Params extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
>(
  definition: Endpoint<Params, Query, Body, Output>,
): Endpoint<Params, Query, Body, Output> => definition
