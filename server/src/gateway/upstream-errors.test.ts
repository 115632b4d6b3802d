import { expect, test } from 'vitest'
import { failure } from '../providers/index.ts'
import { errorFromFailure } from './upstream-errors.ts'

test.each([
  [failure('timeout'), 504, 'upstream_timeout'],
  [failure('unreachable', { cause: new Error('ECONNREFUSED') }), 502, 'upstream_unreachable'],
  [failure('malformed'), 502, 'upstream_error'],
  [failure('stream'), 502, 'upstream_error'],
  [failure('status', { status: 100 }), 502, 'upstream_error'],
  [failure('status', { status: 204 }), 502, 'upstream_error'],
  [failure('status', { status: 302 }), 502, 'upstream_error'],
  [failure('status', { status: 400 }), 400, 'invalid_request'],
  [failure('status', { status: 401 }), 502, 'upstream_refused_us'],
  [failure('status', { status: 403 }), 502, 'upstream_refused_us'],
  [failure('status', { status: 418 }), 418, 'invalid_request'],
  [failure('status', { status: 429 }), 429, 'upstream_rate_limited'],
  [failure('stream', { status: 429 }), 429, 'upstream_rate_limited'],
  [failure('status', { status: 500 }), 500, 'upstream_error'],
  [failure('status', { status: 529 }), 529, 'upstream_error'],
])('[GW-U6] %j is a %i', (why, status, code) => {
  expect(errorFromFailure(why)).toMatchObject({ status, code })
})

test('[GW-U6] what a server says of its own failure goes to the log, not to the client', () => {
  const error = errorFromFailure(failure('status', { status: 500, message: 'node gpu-7 died' }))
  expect(error.message).not.toContain('gpu-7')
  expect(error.detail).toContain('gpu-7')
})

test.each([
  [null, '1'],
  [0, '1'],
  [1, '1'],
  [1001, '2'],
  [30_000, '30'],
])('[GW-U6] a Retry-After of %s ms is told as %s s', (retryAfterMs, seconds) => {
  const error = errorFromFailure(failure('status', { status: 429, retryAfterMs }))
  expect(error.headers['retry-after']).toBe(seconds)
})
