// What a schema may not say where it is to be strict: only what clients are known to stumble over.
import { isObject, type JsonObject } from '../json.ts'

/** The first thing wrong with a strict schema: an object left open, or a property that may be missing. */
export function problemOfStrictSchema(schema: unknown): string | undefined {
  if (!isObject(schema)) return 'The schema must be an object.'
  if (schema.type !== 'object') return "The schema must have type 'object' at its top."
  return problemOf(schema)
}

const refused = [
  'allOf',
  'oneOf',
  'not',
  'patternProperties',
  'minLength',
  'maxLength',
  'default',
  'uniqueItems',
]

function problemOf(schema: unknown): string | undefined {
  if (!isObject(schema)) return 'The schema must be an object.'
  const keyword = refused.find((name) => name in schema)
  if (keyword !== undefined) return `'${keyword}' is not permitted.`
  const isOpen = [schema.type].flat().includes('object') && !isClosed(schema)
  if (isOpen) return "'additionalProperties' must be false, and every property in 'required'."
  for (const inner of innerOf(schema)) {
    const problem = problemOf(inner)
    if (problem !== undefined) return problem
  }
  return undefined
}

function isClosed({ additionalProperties, properties, required }: JsonObject): boolean {
  const names = Array.isArray(required) ? required : []
  return additionalProperties === false && Object.keys(properties ?? {}).every((name) => names.includes(name))
}

const innerOf = ({ properties, $defs, anyOf, items }: JsonObject): unknown[] => [
  ...Object.values(properties ?? {}),
  ...Object.values($defs ?? {}),
  ...Object.values(anyOf ?? []),
  ...(items === undefined ? [] : [items]),
]
