// What a schema may say where Anthropic holds a model to it: less than JSON Schema knows. The rules are those by which
// its own SDK rewrites schemas (`transformJSONSchema`, November 2026).
import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../json.ts'
import type { Json } from './blocks.ts'

// Deeper than any that is meant to be filled in.
const depthMax = 100

/**
 * A schema that Anthropic can hold a model to: objects closed, and what it does not know said in descriptions, which
 * the model reads. Null where that would leave nothing of the schema: it wants objects of any fields.
 */
export function strictSchema(schema: Json): { schema: Json; isOther: boolean } | null {
  if (hasMap(schema, 0)) return null
  const strict = strictOf(schema)
  const { $schema: _dialect, ...said } = schema
  return { schema: strict, isOther: !isDeepStrictEqual(strict, said) }
}

const lists = new Set(['anyOf', 'allOf'])
const named = new Set(['properties', '$defs', 'definitions'])
const formats = new Set([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'],
])

/** The schemas right inside a schema. */
function* innerOf(schema: Json): Iterable<Json> {
  for (const [keyword, value] of Object.entries(schema)) {
    if (named.has(keyword) && isRecord(value)) yield* Object.values(value).filter(isRecord)
    else if (Array.isArray(value) && (lists.has(keyword) || keyword === 'oneOf'))
      yield* value.filter(isRecord)
    else if (keyword === 'items' && isRecord(value)) yield value
  }
}

const isObject = ({ type, properties }: Json): boolean =>
  [type].flat().includes('object') || (type == null && isRecord(properties))

/** Whether an object of any fields is wanted somewhere, which a closed one is not. */
function hasMap(schema: Json, depth: number): boolean {
  const { properties, additionalProperties: others } = schema
  const isOpen = isRecord(others) || (others !== false && Object.keys(properties ?? {}).length === 0)
  if (depth > depthMax || (isObject(schema) && isOpen && !('$ref' in schema))) return true
  return [...innerOf(schema)].some((inner) => hasMap(inner, depth + 1))
}

function strictOf(schema: unknown): Json {
  const strict: Json = {}
  const moved: Json = {}
  if (!isRecord(schema)) return strict
  for (const [keyword, value] of Object.entries(schema)) {
    const [kept, taken] = taking(keyword, value)
    if (taken !== undefined) strict[kept] = taken
    else if (keyword !== '$schema' && keyword !== 'additionalProperties') moved[keyword] = value
  }
  if ('$ref' in strict) return referring(strict)
  if (!isObject(strict)) return described(strict, moved)
  const closed = { type: 'object', properties: {}, ...strict, additionalProperties: false }
  return described(closed, moved)
}

/** Beside a reference there may be definitions only. */
function referring({ $ref, $defs, definitions }: Json): Json {
  return { ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }), $ref }
}

function described(strict: Json, moved: Json): Json {
  const words = Object.entries(moved).map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`)
  if (words.length === 0) return strict
  const said = typeof strict.description === 'string' ? [strict.description] : []
  return { ...strict, description: [...said, `{${words.join(', ')}}`].join('\n\n') }
}

const plain = new Set(['type', 'title', 'description', 'required', '$ref'])

/** A keyword as Anthropic takes it, and its value there; none where it does not. */
function taking(keyword: string, value: unknown): [keyword: string, value: unknown] {
  if (plain.has(keyword)) return [keyword, value]
  if (named.has(keyword) && isRecord(value)) return [keyword, mapped(value)]
  if (Array.isArray(value) && lists.has(keyword)) return [keyword, value.map(strictOf)]
  // Looser: more than one may fit.
  if (Array.isArray(value) && keyword === 'oneOf') return ['anyOf', value.map(strictOf)]
  if (keyword === 'items' && isRecord(value)) return [keyword, strictOf(value)]
  return [keyword, takesValue(keyword, value) ? value : undefined]
}

const mapped = (schemas: Json): Json =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strictOf(schema)]))

function takesValue(keyword: string, value: unknown): boolean {
  if (keyword === 'enum') return Array.isArray(value) && value.every(isPrimitive)
  if (keyword === 'const') return isPrimitive(value)
  if (keyword === 'format') return formats.has(String(value))
  return keyword === 'minItems' && (value === 0 || value === 1)
}

const isPrimitive = (value: unknown): boolean => typeof value !== 'object' || value === null
