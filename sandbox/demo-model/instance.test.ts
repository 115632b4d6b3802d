import { isDeepStrictEqual } from 'node:util'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createInstance } from './instance.ts'
import type { Schema } from './schema.ts'
import { createSuggest, readWords } from './words.ts'

const ajv = new Ajv({ strict: false, ownProperties: true })
ajv.addFormat('date', (text) => new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text)
ajv.addFormat('date-time', (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text))
ajv.addFormat('email', (text) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text))
ajv.addFormat('uri', (text) => URL.canParse(text))
ajv.addFormat('uuid', (text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text))

const name = fc.oneof(
  fc.constantFrom(
    'location',
    'city',
    'name',
    'age',
    'email',
    'query',
    'unit',
    'active',
    'numbers',
    'toString',
    'a.b',
  ),
  fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text !== '__proto__'),
)
/** Without keys that shadow Object.prototype: the comparison inside Ajv calls them. */
const json = fc
  .jsonValue({ maxDepth: 2 })
  .filter((value) => !/"(?:toString|valueOf|constructor|__proto__)"/.test(JSON.stringify(value)))
  .map((value): unknown => JSON.parse(JSON.stringify(value)))

const text = fc.record({ minLength: fc.nat(30), spare: fc.nat(30), isBounded: fc.boolean() }).map(
  ({ minLength, spare, isBounded }): Schema => ({
    type: 'string',
    minLength,
    ...(isBounded ? { maxLength: minLength + spare } : {}),
  }),
)
const formatted = fc
  .constantFrom('date', 'date-time', 'email', 'uri', 'uuid')
  .map((format): Schema => ({ type: 'string', format }))
const numeric = fc
  .record({
    type: fc.constantFrom('integer', 'number'),
    low: fc.integer({ min: -1000, max: 1000 }),
    span: fc.integer({ min: 10, max: 500 }),
    step: fc.constantFrom(undefined, 1, 2, 3, 5, 0.5, 0.1, 0.25),
    lowKey: fc.constantFrom('minimum', 'exclusiveMinimum', undefined),
    highKey: fc.constantFrom('maximum', 'exclusiveMaximum', undefined),
  })
  .map(
    ({ type, low, span, step, lowKey, highKey }): Schema => ({
      type,
      ...(lowKey ? { [lowKey]: low } : {}),
      ...(highKey ? { [highKey]: low + span } : {}),
      ...(step ? { multipleOf: step } : {}),
    }),
  )
const fraction = fc.constantFrom<Schema>(
  { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  { type: 'number', minimum: 0.2, maximum: 0.3 },
  { exclusiveMinimum: -0.5, maximum: -0.4, type: ['number', 'null'] },
)
const plain = fc.constantFrom<Schema>(
  {},
  { type: 'boolean' },
  { type: 'null' },
  { type: ['null', 'string'] },
  { type: ['integer', 'boolean'] },
  { oneOf: [{ type: 'string' }, { type: 'null' }] },
  { type: 'string', default: 7 },
  { type: 'string', examples: ['sample'], default: 'given' },
  { $ref: '#/$defs/leaf' },
)
const fixed = fc.oneof(
  json.map((value): Schema => ({ const: value })),
  fc
    .uniqueArray(json, { minLength: 1, maxLength: 3, comparator: isDeepStrictEqual })
    .map((values): Schema => ({ enum: values })),
)

const { schema: schemas } = fc.letrec<{ schema: Schema; object: Schema; open: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(text, formatted, numeric, fraction, plain, fixed),
    tie('object'),
    fc
      .record({ items: tie('schema'), minItems: fc.nat(3), spare: fc.nat(2) })
      .map(({ items, minItems, spare }) => ({
        type: 'array',
        items,
        minItems,
        maxItems: minItems + spare,
      })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.tuple(tie('open'), tie('open')).map(([first, second]) => ({
      allOf: [prefixed(first, 'a'), prefixed(second, 'b'), { type: 'object' }],
    })),
  ),
  open: fc
    .record({ properties: fc.dictionary(name, tie('schema'), { maxKeys: 3 }), take: fc.nat(3) })
    .map(({ properties, take }) => ({ properties, required: Object.keys(properties).slice(0, take) })),
  object: fc.record({ open: tie('open'), isClosed: fc.boolean() }).map(({ open, isClosed }) => ({
    type: 'object',
    ...open,
    ...(isClosed ? { additionalProperties: false } : {}),
  })),
}))

/** Two halves of an `allOf` that do not contradict each other. */
function prefixed(open: Schema, prefix: string): Schema {
  const { properties, required } = open as { properties: Schema; required: string[] }
  const renamed = Object.entries(properties).map(([key, value]) => [prefix + key, value])
  return { properties: Object.fromEntries(renamed), required: required.map((key) => prefix + key) }
}

const messages = fc.oneof(
  fc.constantFrom(
    'Weather in Athens and London in celsius, email ada@example.com, 3 days, name is Ada, active',
    'Meet on 2026-03-04 at https://example.com/x "quoted words" 12,345.5 not active',
  ),
  fc.string({ maxLength: 80 }),
)

test('an instance is valid under every schema of the subset, whatever the user said', () => {
  fc.assert(
    fc.property(schemas, messages, (schema, message) => {
      const root = { ...schema, $defs: { leaf: { type: 'string', maxLength: 3 } } }
      const instance = createInstance(root, createSuggest(readWords(message)))
      const isValid = ajv.validate(root, JSON.parse(JSON.stringify(instance)))
      if (!isValid) throw new Error(`${JSON.stringify(instance)}: ${ajv.errorsText()}`)
    }),
    { numRuns: 1_500 },
  )
}, 60_000)

test('any JSON value as a schema gives some instance and never throws', () => {
  fc.assert(fc.property(fc.jsonValue(), (schema) => createInstance(schema) !== undefined))
})

test('recursive schemas end: a tree has no leaves, a list ends in null', () => {
  const tree = {
    type: 'object',
    properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
    required: ['name', 'children'],
  }
  expect(createInstance(tree)).toEqual({ name: 'example', children: [] })
  const node = {
    type: 'object',
    properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
    required: ['next'],
  }
  expect(createInstance({ $ref: '#/$defs/node', $defs: { node } })).toEqual({ next: null })
})

test('schemas that explode or go round in circles are cut off', () => {
  const twice = (target: string) => ({
    type: 'object',
    properties: { a: { $ref: target }, b: { $ref: target } },
    required: ['a', 'b'],
  })
  const $defs = Object.fromEntries(
    Array.from({ length: 40 }, (_, level) => [`d${level}`, twice(`#/$defs/d${level + 1}`)]),
  )
  expect(JSON.stringify(createInstance({ $ref: '#/$defs/d0', $defs })).length).toBeLessThan(100_000)
  expect(createInstance({ $ref: '#', default: 1 })).toBe('example')
  expect(createInstance({ type: 'array', items: {}, minItems: 1e9 })).toHaveLength(100)
  expect(createInstance({ type: 'object', required: ['a'], additionalProperties: { $ref: '#' } })).toBeTypeOf(
    'object',
  )
})

test('references with escaped names are followed, and a property called __proto__ is an ordinary one', () => {
  const schema = JSON.parse(
    '{"properties":{"__proto__":{"$ref":"#/$defs/a~1b"}},"required":["__proto__"],"$defs":{"a/b":{"const":5}}}',
  )
  expect(JSON.stringify(createInstance(schema))).toBe('{"__proto__":5}')
})

test('the user’s words fill what they fit, and only where the schema allows them', () => {
  const person = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: 'integer', maximum: 30 },
      email: { type: 'string', format: 'email' },
      city: { type: 'string' },
      unit: { enum: ['celsius', 'fahrenheit'] },
    },
    required: ['name', 'age', 'email', 'city', 'unit'],
  }
  const said = 'My name is Ada Lovelace, age 36, ada@example.org, I live in London and like Fahrenheit.'
  expect(createInstance(person, createSuggest(readWords(said)))).toEqual({
    name: 'Ada Lovelace',
    age: 1,
    email: 'ada@example.org',
    city: 'London',
    unit: 'fahrenheit',
  })
})

test('optional properties appear when the user spoke of them', () => {
  const schema = {
    type: 'object',
    properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['location'],
  }
  const fill = (message: string) => createInstance(schema, createSuggest(readWords(message)))
  expect(fill('Weather in Athens')).toEqual({ location: 'Athens' })
  expect(fill('Weather in Athens in fahrenheit')).toEqual({ location: 'Athens', unit: 'fahrenheit' })
})
