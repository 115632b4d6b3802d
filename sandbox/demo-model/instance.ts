// Builds a valid instance of a JSON Schema, for tool arguments and structured answers.
//
// The subset it promises: `type` (also a union), `enum`, `const`, `default`, `examples`; strings with `minLength`,
// `maxLength` or one of the formats date, date-time, email, uri, uuid; numbers and integers with `minimum`,
// `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`; `properties`, `required`,
// `additionalProperties`; arrays with `items`, `minItems`, `maxItems`; `allOf` merged, the first branch of `anyOf`
// and `oneOf`, `$ref` within the document. Beyond it (`pattern`, `uniqueItems`, `not`, …) an instance may be invalid.
// Schemas come from strangers, so depth, size and work are bounded; past a bound the value is null.
import { accepts, type Scope } from './accepts.ts'
import {
  asList,
  asSchema,
  mergeSchemas,
  numberOf,
  own,
  requiredOf,
  resolveReference,
  type Schema,
  typesOf,
} from './schema.ts'

/** Values for a property from what the user said, best first; they are used only when the schema allows them. */
export type Suggest = (name: string, schema: Schema) => unknown[]

const DEPTH_MAX = 24
const NODES_MAX = 2_000
const ITEMS_MAX = 100
const LENGTH_MAX = 4_096
const FILL_DEPTH_MAX = 3

type Run = { scope: Scope; suggest: Suggest; nodesLeft: number }
type Place = { name: string; depth: number; references: readonly string[] }
/** References that lead here from the root, and those of this place alone (a loop without a value between). */
type Trail = { references: readonly string[]; followed?: readonly string[] }
type Flat = { schema: Schema; references: readonly string[] }

/** An instance of the schema (JSON value); the same schema and suggestions give the same instance. Never throws. */
export function createInstance(schema: unknown, suggest: Suggest = () => []): unknown {
  const run = { scope: { root: schema, stepsLeft: 10_000, depth: 0 }, suggest, nodesLeft: NODES_MAX }
  return build(run, schema, { name: '', depth: 0, references: ['#'] })
}

function build(run: Run, raw: unknown, place: Place): unknown {
  run.nodesLeft -= 1
  if (run.nodesLeft < 0 || place.depth > DEPTH_MAX) return null
  const { schema, references } = flatten(run, raw, place)
  const candidates = [
    ...(Object.hasOwn(schema, 'const') ? [schema.const] : []),
    ...run.suggest(place.name, schema),
    ...(Object.hasOwn(schema, 'default') ? [schema.default] : []),
    ...asList(schema.examples),
    ...asList(schema.enum),
  ]
  const found = candidates.find(
    (value) => accepts(schema, value, run.scope) && accepts(raw, value, run.scope),
  )
  return found === undefined ? construct(run, schema, { ...place, references }) : found
}

/** One schema without references, `allOf`, `anyOf` and `oneOf`, and the references on the way to it. */
function flatten(run: Run, raw: unknown, { references, followed = [] }: Trail): Flat {
  const { $ref, allOf, anyOf, oneOf, ...rest } = asSchema(raw)
  const isNew = typeof $ref === 'string' && !followed.includes($ref) && followed.length < DEPTH_MAX
  const parts = [
    ...(isNew ? [resolveReference(run.scope.root, $ref)] : []),
    ...asList(allOf),
    ...firstBranch(anyOf, references),
    ...firstBranch(oneOf, references),
  ]
  const path = isNew ? [...followed, $ref] : followed
  let flat: Flat = { schema: rest, references: isNew ? [...references, $ref] : references }
  for (const part of parts) {
    run.nodesLeft -= 1
    if (run.nodesLeft < 0) break
    const next = flatten(run, part, { references: flat.references, followed: path })
    flat = { schema: mergeSchemas(flat.schema, next.schema), references: next.references }
  }
  return flat
}

/** Recursive types end in another branch: `anyOf: [{ $ref: '#' }, { type: 'null' }]`. */
function firstBranch(branches: unknown, references: readonly string[]): unknown[] {
  const list = asList(branches)
  return [list.find((branch) => !isRecursive(branch, references)) ?? list[0]].slice(0, list.length)
}

function isRecursive(schema: unknown, references: readonly string[]): boolean {
  const { $ref } = asSchema(schema)
  return typeof $ref === 'string' && references.includes($ref)
}

function construct(run: Run, schema: Schema, place: Place): unknown {
  switch (mainType(schema)) {
    case 'object':
      return constructObject(run, schema, place)
    case 'array':
      return constructArray(run, schema, place)
    case 'integer':
    case 'number':
      return constructNumber(run, schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return constructString(schema)
  }
}

function mainType(schema: Schema): string {
  const types = typesOf(schema)
  const named = types.find((type) => type !== 'null') ?? types[0]
  if (named) return named
  if (schema.properties !== undefined || requiredOf(schema).length > 0) return 'object'
  if (schema.items !== undefined || schema.minItems !== undefined) return 'array'
  const isNumeric = ['minimum', 'maximum', 'multipleOf'].some((keyword) => schema[keyword] !== undefined)
  return isNumeric ? 'number' : 'string'
}

/** Required properties, and optional ones that the user spoke of; all of them when none is required. */
function constructObject(run: Run, schema: Schema, place: Place): unknown {
  const properties = asSchema(schema.properties)
  const required = requiredOf(schema)
  const fillsAll = required.length === 0 && place.depth < FILL_DEPTH_MAX
  const isWanted = (name: string) => {
    const property = own(properties, name)
    if (required.includes(name)) return true
    if (property === false || isRecursive(property, place.references)) return false
    return fillsAll || isSuggested(run, name, flatten(run, property, place).schema)
  }
  const names = new Set([...Object.keys(properties).filter(isWanted), ...required])
  const entries = [...names].map((name) => {
    const property = Object.hasOwn(properties, name) ? own(properties, name) : schema.additionalProperties
    return [name, build(run, property, { ...place, name, depth: place.depth + 1 })] as const
  })
  return Object.fromEntries(entries)
}

function isSuggested(run: Run, name: string, schema: Schema): boolean {
  return run.suggest(name, schema).some((value) => accepts(schema, value, run.scope))
}

function constructArray(run: Run, schema: Schema, place: Place): unknown {
  const least = numberOf(schema, 'minItems', 0)
  const usual = isRecursive(schema.items, place.references) || schema.items === false ? 0 : 1
  const count = Math.min(Math.max(least, Math.min(usual, numberOf(schema, 'maxItems', usual))), ITEMS_MAX)
  return Array.from({ length: count }, () => build(run, schema.items, { ...place, depth: place.depth + 1 }))
}

function constructNumber(run: Run, schema: Schema): unknown {
  const found = numberCandidates(schema).find((value) => accepts(schema, value, run.scope))
  return found ?? 0
}

/** Small numbers first, then the bounds and what lies just inside them, then multiples from the lower bound. */
function numberCandidates(schema: Schema): number[] {
  const low = Math.max(
    numberOf(schema, 'minimum', Number.NEGATIVE_INFINITY),
    numberOf(schema, 'exclusiveMinimum', Number.NEGATIVE_INFINITY),
  )
  const high = Math.min(
    numberOf(schema, 'maximum', Number.POSITIVE_INFINITY),
    numberOf(schema, 'exclusiveMaximum', Number.POSITIVE_INFINITY),
  )
  const inside = [
    low,
    high,
    (low + high) / 2,
    Math.ceil(low),
    Math.floor(low) + 1,
    Math.floor(high),
    Math.ceil(high) - 1,
  ]
  const step = numberOf(schema, 'multipleOf', 0)
  const from = Number.isFinite(low) ? Math.ceil(low / step) : Math.floor(high / step)
  const direction = Number.isFinite(low) ? 1 : -1
  const multiples =
    step > 0 ? Array.from({ length: 200 }, (_, index) => (from + direction * index) * step) : []
  return [1, 0, ...inside, ...multiples].filter(Number.isFinite)
}

const samples: Record<string, string> = {
  date: '2026-01-15',
  'date-time': '2026-01-15T09:30:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  uuid: '3f2b8c1e-5d4a-4f6b-9c7d-8e1f2a3b4c5d',
}

function constructString(schema: Schema): string {
  const sample = samples[String(schema.format)]
  if (sample !== undefined) return sample
  const most = numberOf(schema, 'maxLength', LENGTH_MAX)
  const least = Math.min(numberOf(schema, 'minLength', 0), LENGTH_MAX)
  return 'example'.padEnd(least, ' example').slice(0, Math.max(0, most))
}
