import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { PortalErrorBody } from './error-bodies.ts'
import { type ErrorCode, errorDefinitions } from './errors.ts'

type Json = Record<string, unknown>

/** Folds endpoints into an OpenAPI 3.1 document. */
export function openApiDocument(
  endpoints: readonly Endpoint[],
  about: { title: string; version: string },
): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    for (const path of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      const key = path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')
      paths[key] = {
        ...paths[key],
        [endpoint.method.toLowerCase()]: operation(endpoint, path !== endpoint.path),
      }
    }
  }
  return {
    openapi: '3.1.0',
    info: { ...about, license: { name: 'MIT', identifier: 'MIT' } },
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  }
}

function operation(endpoint: Endpoint, isAlias: boolean): Json {
  return {
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(isAlias && { description: `The same as ${endpoint.path}.` }),
    ...(endpoint.scope === 'public' && { security: [] }),
    ...parametersOf(endpoint),
    ...(endpoint.body && {
      requestBody: { required: !endpoint.bodyOptional, content: content(endpoint.body, 'input') },
    }),
    ...(endpoint.form && {
      requestBody: { required: true, content: content(endpoint.form, 'input', 'multipart/form-data') },
    }),
    responses: { [endpoint.status]: answer(endpoint), ...errorAnswers(endpoint) },
  }
}

function parametersOf({ params, query }: Endpoint): Json {
  const all = [...parametersIn('path', params), ...parametersIn('query', query)]
  return all.length > 0 ? { parameters: all } : {}
}

function parametersIn(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function answer(endpoint: Endpoint): Json {
  const events = endpoint.events && { 'text/event-stream': { schema: jsonSchema(endpoint.events, 'output') } }
  const output = content(endpoint.output, 'output', endpoint.mediaType)
  return { description: 'Success', content: { ...output, ...events } }
}

function errorAnswers(endpoint: Endpoint): Json {
  const shape = endpoint.errorBody ?? PortalErrorBody
  const byStatus = Map.groupBy(errorsOf(endpoint), (code) => errorDefinitions[code].status)
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        status,
        { description: codes.join(' · '), content: content(shape, 'output') },
      ]),
  )
}

/** What an endpoint can answer besides what it lists: what follows from its shape. */
function errorsOf({ scope, params, query, body, form, errors, ...rest }: Endpoint): ErrorCode[] {
  const codes: ErrorCode[] = [...errors, 'method_not_allowed', 'internal', 'unavailable']
  if (params ?? query ?? body ?? form) codes.push('invalid_request')
  if (body) codes.push('invalid_json', 'body_too_large', 'unsupported_media_type')
  if (rest.isPersonal) codes.push('impersonated')
  if (rest.feature) codes.push('switched_off')
  if (scope !== 'public') {
    codes.push('missing_credentials', 'invalid_api_key', 'key_revoked', 'key_expired')
    codes.push('account_suspended', 'organisation_suspended', 'permission_denied', 'rate_limit_exceeded')
  }
  return [...new Set(codes)]
}

const content = (
  schema: z.ZodType,
  io: 'input' | 'output',
  mediaType: string = 'application/json',
): Json => ({
  [mediaType]: { schema: jsonSchema(schema, io) },
})

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
