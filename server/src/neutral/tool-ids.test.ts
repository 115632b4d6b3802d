import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientToolId, decodeToolId, encodeToolId, upstreamToolId } from './tool-ids.ts'

const id = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes)),
  fc.string().map((text) => `portal_${text}`),
  fc.string().map(encodeToolId),
  fc.constantFrom(
    '',
    'portal_',
    '_',
    'functions.Bash:0',
    'portal__002e',
    'portal__002E',
    'toolu_1',
    '\ud800',
  ),
)

test('[A-10] any id becomes one that Anthropic takes, and comes back as it was', () => {
  fc.assert(
    fc.property(id, (one) => {
      expect(encodeToolId(one)).toMatch(/^[a-zA-Z0-9_-]+$/)
      expect(decodeToolId(encodeToolId(one))).toBe(one)
    }),
    { numRuns: 2000 },
  )
})

test('[A-10] two ids never become one', () => {
  fc.assert(
    fc.property(id, id, (one, other) => {
      expect(encodeToolId(one) === encodeToolId(other)).toBe(one === other)
    }),
    { numRuns: 2000 },
  )
})

test('[A-10] an id that fits stays as it is, and one of nobody’s making is read as it is', () => {
  expect(encodeToolId('toolu_01D7FLrfh4GYq7yT1ULFeyMV')).toBe('toolu_01D7FLrfh4GYq7yT1ULFeyMV')
  expect(decodeToolId('portal_a_b')).toBe('portal_a_b')
  expect(encodeToolId('functions.Bash:0')).toBe('portal_functions_002eBash_003a0')
})

test('[C-12] an Anthropic client’s id begins with toolu_, fits, and comes back as it was', () => {
  fc.assert(
    fc.property(id, (one) => {
      expect(clientToolId(one)).toMatch(/^toolu_[a-zA-Z0-9_-]+$/)
      expect(upstreamToolId(clientToolId(one))).toBe(one)
    }),
    { numRuns: 2000 },
  )
  expect(upstreamToolId('srvtoolu_1')).toBe('srvtoolu_1')
})
