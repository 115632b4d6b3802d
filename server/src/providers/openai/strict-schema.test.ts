import { expect, test } from 'vitest'
import { isStrictSchema } from './strict-schema.ts'

const closed = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
})

test.each<[string, Record<string, unknown>]>([
  [
    'a closed object',
    closed({ a: { type: 'integer', minimum: 1 }, b: { type: ['string', 'null'], enum: ['x'] } }),
  ],
  ['objects inside', closed({ a: { type: 'array', items: closed({}), minItems: 2 } })],
  ['alternatives inside', closed({ a: { anyOf: [{ type: 'null' }, closed({})], description: 'd' } })],
  ['references', closed({ a: { $ref: '#/$defs/a' } }, { $defs: { a: closed({}) }, $schema: 'x' })],
  ['a property with a keyword’s name', closed({ allOf: { type: 'string', format: 'date' } })],
])('[B-19] %s may be strict', (_, schema) => {
  expect(isStrictSchema(schema)).toBe(true)
})

test.each<[string, Record<string, unknown>]>([
  ['an open object', { ...closed({}), additionalProperties: undefined }],
  ['an object that takes more', { ...closed({}), additionalProperties: true }],
  ['a property that may be missing', { ...closed({ a: { type: 'null' } }), required: [] }],
  ['an object that names no properties', { type: 'object', additionalProperties: false }],
  ['an open object inside', closed({ a: { type: 'array', items: { properties: {} } } })],
  ['an open object among alternatives', closed({ a: { anyOf: [{ type: 'object' }] } })],
  ['an open object among definitions', closed({}, { $defs: { a: { type: ['object', 'null'] } } })],
  ['a list of anything', closed({ a: { type: 'array' } })],
  ['anything', closed({ a: {} })],
  ['words beside a reference', closed({ a: { $ref: '#/$defs/a', description: 'd' } })],
  ['a keyword that is not known', closed({ a: { type: 'string', minLength: 1 } })],
  ['a form that is not known', closed({ a: { type: 'string', format: 'uri' } })],
  ['a list', { type: 'array', items: closed({}) }],
  ['alternatives at the top', closed({}, { anyOf: [closed({})] })],
  ['nothing', {}],
])('[B-19] %s may not', (_, schema) => {
  expect(isStrictSchema(schema)).toBe(false)
})

test('[B-19] nor may a schema deeper than any that is meant', () => {
  let schema: Record<string, unknown> = closed({})
  for (let i = 0; i < 50_000; i++) schema = closed({ a: schema })
  expect(isStrictSchema(schema)).toBe(false)
})
