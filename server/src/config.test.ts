import { expect, test } from 'vitest'
import { ConfigError, environmentExample, readConfig } from './config.ts'

test('without any variable the portal listens on this machine only, with an embedded database', () => {
  expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 3000, databaseUrl: null, corsOrigins: [] })
})

test('an empty variable counts as not given', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 3000, databaseUrl: null })
})

test('every problem is said at once', () => {
  const read = () => readConfig({ PORT: 'http', PUBLIC_URL: 'nowhere', DEFAULT_PLAN: 'gold' })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(/PORT: .*\n.*PUBLIC_URL: .*\n.*DEFAULT_PLAN: /s)
})

test('a list is split at its commas', () => {
  expect(readConfig({ TRUST_PROXY: '10.0.0.0/8, ::1 ,' }).trustedProxies).toEqual(['10.0.0.0/8', '::1'])
})

test('a network that is none is a problem of the configuration', () => {
  expect(() => readConfig({ TRUST_PROXY: '10.0.0.0/8,proxy' })).toThrow(/TRUST_PROXY/)
})

test('the settings cannot be changed afterwards', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true)
})

test('the example names every variable, with its meaning and its default', () => {
  expect(environmentExample()).toContain('# Port to listen on; 0 picks a free one.\n#PORT=3000\n')
})
