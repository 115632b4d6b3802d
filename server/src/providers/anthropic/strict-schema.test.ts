import { expect, test } from 'vitest'
import { strictSchema } from './strict-schema.ts'

const object = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})

test.each<[string, Record<string, unknown>]>([
  ['an object', object({ a: { type: 'string', title: 'A', description: 'd' } }, { required: ['a'] })],
  ['a property with a keyword’s name', object({ minimum: { type: 'integer' }, $ref: { type: 'null' } })],
  ['a choice', object({ a: { type: 'string', enum: ['x', 'y'] }, b: { const: 1 }, c: { enum: [1, null] } })],
  ['alternatives', { anyOf: [object({}), { type: ['string', 'null'] }] }],
  ['references', object({ a: { $ref: '#/$defs/a' } }, { $defs: { a: object({ b: { type: 'number' } }) } })],
  ['a list', { type: 'array', items: object({}), minItems: 1 }],
  ['a date', { type: 'string', format: 'date-time' }],
])('[A-22] %s stays as it was spelled', (_, schema) => {
  expect(strictSchema(schema)).toEqual({ schema, isOther: false })
})

test.each<[string, Record<string, unknown>, object]>([
  [
    'bounds of a number',
    object({ a: { type: 'integer', description: 'Age', minimum: 0, maximum: 150 } }),
    object({ a: { type: 'integer', description: 'Age\n\n{minimum: 0, maximum: 150}' } }),
  ],
  [
    'a length and a form',
    { type: 'string', minLength: 2, pattern: '^a', format: 'regex' },
    { type: 'string', description: '{minLength: 2, pattern: "^a", format: "regex"}' },
  ],
  [
    'a list’s length',
    { type: 'array', items: { type: 'string', maxLength: 1 }, minItems: 2 },
    {
      type: 'array',
      items: { type: 'string', description: '{maxLength: 1}' },
      description: '{minItems: 2}',
    },
  ],
  ['an open object', { properties: { a: { type: 'null' } } }, object({ a: { type: 'null' } })],
  ['an object that takes more', { ...object({ a: {} }), additionalProperties: true }, object({ a: {} })],
  [
    'one of several',
    { oneOf: [{ type: 'null', default: null }] },
    { anyOf: [{ type: 'null', description: '{default: null}' }] },
  ],
  [
    'words beside a reference',
    { $ref: '#/$defs/a', description: 'd', $defs: { a: { type: 'null' } } },
    { $defs: { a: { type: 'null' } }, $ref: '#/$defs/a' },
  ],
  [
    'definitions by their older name',
    { $ref: '#/definitions/a', definitions: { a: { type: 'string', minLength: 1 } } },
    { definitions: { a: { type: 'string', description: '{minLength: 1}' } }, $ref: '#/definitions/a' },
  ],
  ['a choice of objects', { enum: [{ a: 1 }] }, { description: '{enum: [{"a":1}]}' }],
])('[A-22] %s becomes what Anthropic knows', (_, schema, strict) => {
  expect(strictSchema(schema)).toEqual({ schema: strict, isOther: true })
})

test('[A-22] the name of the dialect is left out, and nothing else is said of it', () => {
  const schema = object({ a: { type: 'string' } })
  expect(strictSchema({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema })).toEqual({
    schema,
    isOther: false,
  })
})

test.each<[string, Record<string, unknown>]>([
  ['any object', { type: 'object' }],
  ['a map', object({ a: { type: 'object', additionalProperties: { type: 'string' } } })],
  ['a map in a list', { type: 'array', items: { anyOf: [{ type: 'object', properties: {} }] } }],
  [
    'a map among definitions',
    object({ a: { $ref: '#/$defs/a' } }, { $defs: { a: { type: ['object', 'null'] } } }),
  ],
])('[A-22] a model cannot be held to %s', (_, schema) => {
  expect(strictSchema(schema)).toBeNull()
})

test('[A-22] a schema deeper than any that is meant is none, and overflows nothing', () => {
  let schema: Record<string, unknown> = { type: 'string' }
  for (let i = 0; i < 50_000; i++) schema = { type: 'array', items: schema }
  expect(strictSchema(schema)).toBeNull()
})
