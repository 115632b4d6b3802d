// The schemas that OpenAI takes as strict: a part of JSON Schema in which nothing is left open
// (platform.openai.com/docs/guides/structured-outputs, November 2026).
import { isRecord } from '../json.ts'

type Json = Record<string, unknown>

const keywords = new Set([
  ...['$schema', '$ref', '$defs', 'definitions', 'type', 'title', 'description', 'enum', 'const', 'anyOf'],
  ...['properties', 'required', 'additionalProperties', 'items', 'minItems', 'maxItems', 'pattern', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
])
const formats = new Set<unknown>([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
])
// Deeper than any that is meant to be filled in.
const depthMax = 100

/** Whether OpenAI takes a schema as strict: an object of known keywords, closed, each of its properties required. */
export const isStrictSchema = (schema: Json): boolean =>
  schema.type === 'object' && !('anyOf' in schema) && isStrict(schema, 0)

function isStrict(schema: unknown, depth: number): boolean {
  if (!isRecord(schema) || depth > depthMax) return false
  return isSaid(schema) && isWhole(schema) && innerOf(schema).every((inner) => isStrict(inner, depth + 1))
}

const sayings = ['type', 'anyOf', 'enum', 'const']

/** Whether it says what it is, in known keywords; by reference it says nothing else. */
function isSaid(schema: Json): boolean {
  const said = Object.keys(schema)
  if ('$ref' in schema) return said.length === 1
  const isKnown = said.every((keyword) => keywords.has(keyword))
  return isKnown && said.some((keyword) => sayings.includes(keyword))
}

function isWhole(schema: Json): boolean {
  const types = [schema.type].flat()
  if (schema.format !== undefined && !formats.has(schema.format)) return false
  if (types.includes('array') && !isRecord(schema.items)) return false
  return isClosed(schema) || !(types.includes('object') || 'properties' in schema)
}

function isClosed({ properties, required, additionalProperties }: Json): boolean {
  const names = new Set<unknown>(Array.isArray(required) ? required : [])
  return (
    additionalProperties === false &&
    isRecord(properties) &&
    Object.keys(properties).every((name) => names.has(name))
  )
}

function innerOf({ properties, $defs, definitions, anyOf, items }: Json): unknown[] {
  const maps = [properties, $defs, definitions].filter(isRecord)
  return [
    ...maps.flatMap((map) => Object.values(map)),
    ...(Array.isArray(anyOf) ? anyOf : []),
    ...(items === undefined ? [] : [items]),
  ]
}
