// Reading a JSON Schema of the subset that instance.ts documents: references, merging, simple lookups.

export type Schema = Record<string, unknown>

/** The schema as an object; `true`, `false` and anything malformed allow everything. */
export function asSchema(value: unknown): Schema {
  return isObject(value) ? value : {}
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** An own property only: `toString` in a foreign schema is not ours. */
export function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** A number keyword, or the fallback when it is missing or malformed. */
export function numberOf(schema: Schema, keyword: string, fallback: number): number {
  const value = schema[keyword]
  return typeof value === 'number' ? value : fallback
}

/** Names of `type`; empty when any type is allowed. */
export function typesOf(schema: Schema): string[] {
  return [schema.type].flat().filter((type): type is string => typeof type === 'string')
}

/** Names of `required`. */
export function requiredOf(schema: Schema): string[] {
  return asList(schema.required).filter((name): name is string => typeof name === 'string')
}

/** Follows a reference within the document (`#`, `#/$defs/x`, any JSON Pointer of RFC 6901). */
export function resolveReference(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined
  let target: unknown = root
  for (const step of reference.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(target)) target = target[Number(key)]
    else target = isObject(target) ? own(target, key) : undefined
  }
  return target
}

/** One schema that asks what both ask; where a keyword cannot be combined, the second one's counts. */
export function mergeSchemas(first: Schema, second: Schema): Schema {
  const merged: Schema = { ...first, ...second }
  for (const [keyword, combine] of combiners) {
    if (Object.hasOwn(first, keyword) && Object.hasOwn(second, keyword)) {
      merged[keyword] = combine(first[keyword], second[keyword])
    }
  }
  return merged
}

type Combine = (first: unknown, second: unknown) => unknown

const lower: Combine = (first, second) => Math.min(Number(first), Number(second))
const higher: Combine = (first, second) => Math.max(Number(first), Number(second))

const combiners = new Map<string, Combine>([
  ['properties', combineProperties],
  ['required', (first, second) => [...new Set([...asList(first), ...asList(second)])]],
  ['enum', (first, second) => asList(first).filter((value) => includesValue(asList(second), value))],
  ['type', combineTypes],
  ['items', (first, second) => ({ allOf: [first, second] })],
  ...['minimum', 'exclusiveMinimum', 'minLength', 'minItems'].map((name) => [name, higher] as const),
  ...['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'].map((name) => [name, lower] as const),
])

function includesValue(values: unknown[], value: unknown): boolean {
  const text = JSON.stringify(value)
  return values.some((other) => JSON.stringify(other) === text)
}

function combineProperties(first: unknown, second: unknown): Schema {
  const [a, b] = [asSchema(first), asSchema(second)]
  const shared = Object.keys(a).filter((name) => Object.hasOwn(b, name))
  return { ...a, ...b, ...Object.fromEntries(shared.map((name) => [name, { allOf: [a[name], b[name]] }])) }
}

function combineTypes(first: unknown, second: unknown): string[] {
  const [a, b] = [typesOf({ type: first }), typesOf({ type: second })]
  const both = a.filter((type) => b.includes(type) || (type === 'integer' && b.includes('number')))
  return b.includes('integer') && a.includes('number') && !both.includes('integer')
    ? [...both, 'integer']
    : both
}
