import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { siteOf } from './site.ts'

const from = (origin?: string): IncomingMessage => {
  const req = new IncomingMessage(new Socket())
  if (origin !== undefined) req.headers.origin = origin
  return req
}

describe('[PK-01] a passkey belongs to', () => {
  test.each([
    ['https://portal.example.com', 'portal.example.com', 'https://portal.example.com'],
    ['https://portal.example.com:8443/llm', 'portal.example.com', 'https://portal.example.com:8443'],
    ['http://localhost:3000', 'localhost', 'http://localhost:3000'],
    ['http://portal.localhost', 'portal.localhost', 'http://portal.localhost'],
  ])('the name in PUBLIC_URL=%s', (givenUrl, rpId, origin) => {
    expect(siteOf(from('https://evil.example'), givenUrl)).toEqual({ rpId, origin })
  })

  test('localhost and the page’s port where PUBLIC_URL is not set', () => {
    expect(siteOf(from('http://localhost:3000'), null)).toEqual({
      rpId: 'localhost',
      origin: 'http://localhost:3000',
    })
  })

  test.each([
    ['http://127.0.0.1:3000', null, /Open the portal as http:\/\/localhost:3000/],
    ['http://[::1]:3000', null, /Open the portal as http:\/\/localhost:3000/],
    ['https://192.0.2.7', 'https://192.0.2.7', /PUBLIC_URL is an IP address/],
    ['https://[2001:db8::7]', 'https://[2001:db8::7]', /PUBLIC_URL is an IP address/],
    ['http://portal.example.com', 'http://portal.example.com', /begins with https/],
    ['http://localhost.example.com', 'http://localhost.example.com', /begins with https/],
  ])('nothing at %s with PUBLIC_URL=%s', (origin, givenUrl, refused) => {
    expect(siteOf(from(origin), givenUrl)).toEqual({ refused: expect.stringMatching(refused) })
  })
})
