import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { addressMatcher, clientAddressReader } from './client-address.ts'

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

test('without trusted proxies the address is the socket’s peer, whatever the headers say', () => {
  const read = clientAddressReader([])
  expect(read(request('203.0.113.9', '10.0.0.1'))).toBe('203.0.113.9')
})

test('an IPv4 address mapped into IPv6 is the IPv4 address', () => {
  expect(clientAddressReader([])(request('::ffff:203.0.113.9'))).toBe('203.0.113.9')
})

test.each([
  ['10.0.0.2', '203.0.113.9', '203.0.113.9'],
  ['10.0.0.2', '198.51.100.7, 203.0.113.9, 10.0.0.3', '203.0.113.9'],
  ['10.0.0.2', '10.0.0.4, 10.0.0.3', '10.0.0.4'],
  ['203.0.113.1', '198.51.100.7', '203.0.113.1'],
  ['10.0.0.2', undefined, '10.0.0.2'],
  ['10.0.0.2', 'unknown', '10.0.0.2'],
  ['10.0.0.2', '198.51.100.7, unknown, 10.0.0.3', '10.0.0.3'],
  ['::ffff:10.0.0.2', '2001:db8::1', '2001:db8::1'],
])('peer %s with x-forwarded-for %s is the client %s', (peer, forwarded, client) => {
  expect(clientAddressReader(['10.0.0.0/8'])(request(peer, forwarded))).toBe(client)
})

test.each([
  [['203.0.113.0/24'], '203.0.113.255', true],
  [['203.0.113.0/24'], '203.0.114.0', false],
  [['203.0.113.7'], '::ffff:203.0.113.7', true],
  [['::ffff:203.0.113.0/120'], '203.0.113.9', true],
  [['2001:db8::/32'], '2001:db8:1::1', true],
  [['2001:db8::/32'], '203.0.113.7', false],
  [['0.0.0.0/0'], 'not an address', false],
  [[], '203.0.113.7', false],
])('%j covers %s: %s', (ranges, address, expected) => {
  expect(addressMatcher(ranges)(address)).toBe(expected)
})
