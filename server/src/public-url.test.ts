import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { createPublicUrl, reachableUrl } from './public-url.ts'

test.each([
  ['127.0.0.1', 'IPv4', 'http://127.0.0.1:3000'],
  ['0.0.0.0', 'IPv4', 'http://127.0.0.1:3000'],
  ['::', 'IPv6', 'http://127.0.0.1:3000'],
  ['::1', 'IPv6', 'http://[::1]:3000'],
  ['192.0.2.7', 'IPv4', 'http://192.0.2.7:3000'],
])('a server that listens on %s is found by a command that can be pasted', (address, family, url) => {
  expect(reachableUrl({ address, family, port: 3000 })).toBe(url)
})

test('[M-16] links lead to PUBLIC_URL where it is given, else to where the server listens', () => {
  const unset = createPublicUrl(readConfig({ HOST: '0.0.0.0', PORT: '4000' }))
  expect(unset.publicUrl()).toBe('http://127.0.0.1:4000')
  unset.listensAt('http://127.0.0.1:4001')
  expect(unset.publicUrl()).toBe('http://127.0.0.1:4001')
  const given = createPublicUrl(readConfig({ PUBLIC_URL: 'https://portal.example.com/' }))
  given.listensAt('http://127.0.0.1:4001')
  expect(given.publicUrl()).toBe('https://portal.example.com')
})
