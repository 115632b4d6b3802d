// Decides whether a value satisfies a schema of the subset; used to trust a value from the user's words.
import { isDeepStrictEqual } from 'node:util'
import {
  asList,
  asSchema,
  isObject,
  numberOf,
  own,
  requiredOf,
  resolveReference,
  type Schema,
  typesOf,
} from './schema.ts'

/** The whole schema document, how many more steps may be spent on it, and how deep the current one is. */
export type Scope = { root: unknown; stepsLeft: number; depth: number }

/** References may go round in a circle without ever reaching into the value. */
const DEPTH_MAX = 200

/** Whether the value satisfies the schema; false as well when the scope's steps are used up. */
export function accepts(schema: unknown, value: unknown, scope: Scope): boolean {
  if (schema === false || scope.stepsLeft <= 0 || scope.depth >= DEPTH_MAX) return false
  scope.stepsLeft -= 1
  scope.depth += 1
  const rules = asSchema(schema)
  const isAccepted =
    acceptsCombined(rules, value, scope) &&
    acceptsListed(rules, value) &&
    acceptsType(rules, value) &&
    acceptsContent(rules, value, scope)
  scope.depth -= 1
  return isAccepted
}

function acceptsCombined(schema: Schema, value: unknown, scope: Scope): boolean {
  const isAccepted = (branch: unknown) => accepts(branch, value, scope)
  if (typeof schema.$ref === 'string' && !isAccepted(resolveReference(scope.root, schema.$ref))) return false
  if (!asList(schema.allOf).every(isAccepted)) return false
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some(isAccepted)) return false
  return !Array.isArray(schema.oneOf) || schema.oneOf.filter(isAccepted).length === 1
}

function acceptsListed(schema: Schema, value: unknown): boolean {
  if (Object.hasOwn(schema, 'const') && !isDeepStrictEqual(schema.const, value)) return false
  return !Array.isArray(schema.enum) || schema.enum.some((allowed) => isDeepStrictEqual(allowed, value))
}

function acceptsType(schema: Schema, value: unknown): boolean {
  const types = typesOf(schema)
  if (types.length === 0) return true
  const type = jsonType(value)
  return types.includes(type) || (type === 'number' && types.includes('integer') && Number.isInteger(value))
}

function jsonType(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function acceptsContent(schema: Schema, value: unknown, scope: Scope): boolean {
  if (typeof value === 'string') return acceptsString(schema, value)
  if (typeof value === 'number') return acceptsNumber(schema, value)
  if (Array.isArray(value)) return acceptsArray(schema, value, scope)
  return !isObject(value) || acceptsObject(schema, value, scope)
}

function acceptsString(schema: Schema, value: string): boolean {
  const length = [...value].length // JSON Schema counts code points
  if (length < numberOf(schema, 'minLength', 0)) return false
  if (length > numberOf(schema, 'maxLength', Number.POSITIVE_INFINITY)) return false
  const format = formats[String(schema.format)]
  return format === undefined || format(value)
}

const isDate = (value: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true

const formats: Record<string, (value: string) => boolean> = {
  date: isDate,
  'date-time': (value) =>
    isDate(value.slice(0, 10)) &&
    /^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value.slice(10)),
  email: (value) => /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(value),
  uri: (value) => /^[a-z][a-z0-9+.-]*:[^\s"<>\\^`{|}]+$/i.test(value),
  uuid: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
}

function acceptsNumber(schema: Schema, value: number): boolean {
  const step = numberOf(schema, 'multipleOf', 0)
  return (
    value >= numberOf(schema, 'minimum', Number.NEGATIVE_INFINITY) &&
    value <= numberOf(schema, 'maximum', Number.POSITIVE_INFINITY) &&
    value > numberOf(schema, 'exclusiveMinimum', Number.NEGATIVE_INFINITY) &&
    value < numberOf(schema, 'exclusiveMaximum', Number.POSITIVE_INFINITY) &&
    (step <= 0 || Number.isInteger(value / step))
  )
}

function acceptsArray(schema: Schema, value: unknown[], scope: Scope): boolean {
  if (value.length < numberOf(schema, 'minItems', 0)) return false
  if (value.length > numberOf(schema, 'maxItems', Number.POSITIVE_INFINITY)) return false
  return schema.items === undefined || value.every((item) => accepts(schema.items, item, scope))
}

function acceptsObject(schema: Schema, value: Record<string, unknown>, scope: Scope): boolean {
  if (!requiredOf(schema).every((name) => Object.hasOwn(value, name))) return false
  const properties = asSchema(schema.properties)
  const rest = schema.additionalProperties ?? true
  return Object.entries(value).every(([name, item]) =>
    accepts(Object.hasOwn(properties, name) ? own(properties, name) : rest, item, scope),
  )
}
