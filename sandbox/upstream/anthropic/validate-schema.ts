// What a schema may say where a model is held to it: in `output_config.format` and in strict tools.
import { isObject, type JsonObject } from '../json.ts'
import { type Check, first, inside, type Place, problem } from './shape.ts'

/** The keywords that are known; of others the real API says that they are not supported. */
const keywords = new Set([
  ...['$ref', '$defs', 'definitions', '$schema', 'type', 'title', 'description', 'default', 'enum', 'const'],
  ...['properties', 'required', 'additionalProperties', 'items', 'minItems', 'format', 'pattern'],
  ...['anyOf', 'allOf'],
])
const formats = new Set([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'],
])

/** A schema that a model can be held to: of known keywords, every object closed. */
export const strictSchema: Check = (value, at) => {
  if (!isObject(value)) return problem(at, 'Input should be an object.')
  return problemOf(value, at) ?? first(innerOf(value, at), ([schema, place]) => strictSchema(schema, place))
}

function problemOf(schema: JsonObject, at: Place): string | undefined {
  const { type, format, minItems } = schema
  const isOpen = [type].flat().includes('object') && schema.additionalProperties !== false
  if (isOpen) return problem(at, "For 'object' type, 'additionalProperties' must be explicitly set to false.")
  const unknown = Object.keys(schema).filter((name) => !keywords.has(name))
  if (unknown.length > 0)
    return problem(at, `For '${type}' type, properties ${unknown.join(', ')} are not supported.`)
  if (format !== undefined && !formats.has(String(format)))
    return problem(at, `String format '${format}' is not supported.`)
  if (minItems !== undefined && minItems !== 0 && minItems !== 1)
    return problem(at, "For 'array' type, 'minItems' values other than 0 or 1 are not supported.")
  const isComplex =
    Array.isArray(schema.enum) && schema.enum.some((one) => typeof one === 'object' && one !== null)
  return isComplex ? problem(at, 'Enum values must be strings, numbers, booleans or null.') : undefined
}

/** The schemas right inside one, with their places. */
function* innerOf(schema: JsonObject, at: Place): Iterable<[schema: unknown, at: Place]> {
  for (const name of ['properties', '$defs', 'definitions', 'anyOf', 'allOf']) {
    const place = inside(at, name)
    for (const [key, inner] of Object.entries(schema[name] ?? {})) yield [inner, inside(place, key)]
  }
  if (schema.items !== undefined) yield [schema.items, inside(at, 'items')]
}
