import { expect, test } from 'vitest'
import { isDatabaseUnavailable } from './availability.ts'

const coded = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more })

test.each([
  ['the server refuses', coded('ECONNREFUSED')],
  ['the socket is missing', coded('ENOENT', { syscall: 'connect' })],
  ['an operator shut it down', coded('57P01')],
  ['it crashed', coded('57P02')],
  ['it is starting', coded('57P03')],
  ['it has too many connections', coded('53300')],
  ['the protocol was cut off', coded('08006')],
  ['no address of several answers', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])],
  ['the cause is any of these', new Error('sentence', { cause: coded('57P01') })],
])('unavailable when %s', (_what, error) => {
  expect(isDatabaseUnavailable(error)).toBe(true)
})

test.each([
  ['a statement that ran too long', coded('57014')],
  ['a broken rule', coded('23505')],
  ['a missing file', coded('ENOENT', { syscall: 'open' })],
  ['a bug', new TypeError('x is not a function')],
  ['no error at all', undefined],
])('not unavailable: %s', (_what, error) => {
  expect(isDatabaseUnavailable(error)).toBe(false)
})
