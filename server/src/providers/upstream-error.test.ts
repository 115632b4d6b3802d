import { expect, test } from 'vitest'
import { readAnswer } from './openai/response.ts'
import { readError } from './upstream-error.ts'

test.each([
  ['{"error":{"message":"Bad","code":"x","param":"p"}}', { message: 'Bad', code: 'x', param: 'p' }],
  ['{"error":{"message":"Bad","code":17}}', { message: 'Bad', code: '17' }],
  ['{"error":{"message":"Bad","code":null,"param":null}}', { message: 'Bad', code: null, param: null }],
  ['{"error":"Bad"}', { message: 'Bad' }],
  ['{"message":"Bad"}', { message: 'Bad' }],
  ['{"detail":"Bad"}', { message: 'Bad' }],
  ['{"detail":[{"msg":"x"}]}', { message: null }],
  ['{"error":{}}', { message: null }],
  ['{"error":{"message":5}}', { message: null }],
  ['<html>502</html>', { message: null }],
  ['', { message: null }],
  ['null', { message: null }],
  ['[]', { message: null }],
])('[GW-U6] the error body %s is read', (body, expected) => {
  expect(readError(400, {}, body)).toMatchObject({ kind: 'status', status: 400, ...expected })
})

test.each([
  ['2', 2000],
  ['0', 0],
  ['1.5', 1500],
  ['-3', 0],
  ['soon', null],
  ['', null],
])('[GW-U4] a retry-after of %j is %s ms', (header, ms) => {
  expect(readError(429, { 'retry-after': header }, '').retryAfterMs).toBe(ms)
})

test('[GW-U4] a retry-after that is a date is the time until then', () => {
  const inTenSeconds = new Date(Date.now() + 10_000).toUTCString()
  const { retryAfterMs } = readError(429, { 'retry-after': inTenSeconds }, '')
  expect(retryAfterMs).toBeGreaterThan(8000)
  expect(retryAfterMs).toBeLessThanOrEqual(10_000)
  expect(readError(429, { 'retry-after': new Date(0).toUTCString() }, '').retryAfterMs).toBe(0)
})

test.each(['', 'x', '[]', '5', 'null', '{}', '{"choices":{}}', '{"choices":"x"}'])(
  'the body %j is no completion',
  (body) => {
    expect(readAnswer(body)).toMatchObject({ kind: 'malformed' })
  },
)

test.each(['{"choices":[null]}', '{"choices":[{"message":{"tool_calls":[null,{}]}}]}'])(
  'the odd body %s is no crash',
  (body) => {
    expect(readAnswer(body)).toMatchObject({ text: '' })
  },
)
