import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressMatcher } from '../http/index.ts'
import { isRangeWithin } from './ip-range.ts'
import { fieldBeyond, type KeyRights, requireWithinOwnRights } from './policy.ts'

const unbound: KeyRights = {
  permissions: ['chat', 'images', 'vision'],
  access: 'full',
  ipWhitelist: [],
  dailyLimit: null,
  monthlyLimit: null,
  rpmLimit: null,
  expiresAt: null,
}
const bound: KeyRights = {
  permissions: ['chat'],
  access: 'full',
  ipWhitelist: ['10.0.0.0/8', '2001:db8::/32'],
  dailyLimit: 100,
  monthlyLimit: 1_000,
  rpmLimit: 10,
  expiresAt: 1_000_000,
}

describe('a key', () => {
  it.each<[string, Partial<KeyRights>]>([
    ['all that it may do itself', {}],
    ['other access', { access: 'models' }],
    ['other access', { access: 'read' }],
    ['a narrower range', { ipWhitelist: ['10.1.0.0/16'] }],
    ['one address of each of its ranges', { ipWhitelist: ['10.1.2.3', '2001:db8::1'] }],
    ['the same range written as mapped', { ipWhitelist: ['::ffff:10.0.0.0/104'] }],
    ['lower limits', { dailyLimit: 99, monthlyLimit: 1, rpmLimit: 9 }],
    ['an earlier expiry', { expiresAt: 999_999 }],
  ])('may give %s', (_what, wanted) => {
    expect(fieldBeyond(bound, { ...bound, ...wanted })).toBeNull()
  })

  it.each<[string, Partial<KeyRights>]>([
    ['permissions', { permissions: ['chat', 'vision'] }],
    ['permissions', { permissions: ['images'] }],
    ['ipWhitelist', { ipWhitelist: [] }],
    ['ipWhitelist', { ipWhitelist: ['0.0.0.0/0'] }],
    ['ipWhitelist', { ipWhitelist: ['10.0.0.0/7'] }],
    ['ipWhitelist', { ipWhitelist: ['10.0.0.1', '11.0.0.1'] }],
    ['ipWhitelist', { ipWhitelist: ['::/0'] }],
    ['ipWhitelist', { ipWhitelist: ['::ffff:0:0/96'] }],
    ['ipWhitelist', { ipWhitelist: ['2001:db8::/31'] }],
    ['dailyLimit', { dailyLimit: 101 }],
    ['dailyLimit', { dailyLimit: null }],
    ['monthlyLimit', { monthlyLimit: 1_001 }],
    ['monthlyLimit', { monthlyLimit: null }],
    ['rpmLimit', { rpmLimit: 11 }],
    ['rpmLimit', { rpmLimit: null }],
    ['expiresInDays', { expiresAt: 1_000_001 }],
    ['expiresInDays', { expiresAt: null }],
  ])('may not go beyond itself in %s: %o', (field, wanted) => {
    expect(fieldBeyond(bound, { ...bound, ...wanted })).toBe(field)
    expect(() => requireWithinOwnRights(bound, { ...bound, ...wanted })).toThrow(
      expect.objectContaining({
        code: 'permission_denied',
        param: field,
        message: expect.stringContaining(field),
      }),
    )
  })

  it.each<[KeyRights['access'], KeyRights['access']]>([
    ['models', 'full'],
    ['models', 'read'],
    ['read', 'full'],
    ['read', 'models'],
  ])('made for %s may not give %s', (own, wanted) => {
    expect(fieldBeyond({ ...unbound, access: own }, { ...unbound, access: wanted })).toBe('access')
  })

  it('without bounds may give anything', () => {
    expect(fieldBeyond(unbound, bound)).toBeNull()
    expect(fieldBeyond(unbound, unbound)).toBeNull()
  })
})

it('does not bind a person', () => {
  expect(() => requireWithinOwnRights(null, unbound)).not.toThrow()
})

describe('isRangeWithin', () => {
  const byte = fc.nat(255)
  const bits = (lowest: number, highest: number) => fc.integer({ min: lowest, max: highest })
  // Few distinct values, so that ranges often nest; mapped and half-mapped ones, because they are where spellings meet.
  const network = fc
    .tuple(fc.constantFrom(10, 11, 0), fc.constantFrom(0, 128), byte)
    .map((parts) => `${parts.join('.')}.1`)
  const range = fc.oneof(
    network,
    fc.tuple(network, bits(0, 32)).map(([ip, n]) => `${ip}/${n}`),
    fc.tuple(network, bits(80, 128)).map(([ip, n]) => `::ffff:${ip}/${n}`),
    fc
      .tuple(fc.constantFrom('2001:db8::', '2001:db9::1', '::', '::fffe:0:0'), bits(0, 128))
      .map(([ip, n]) => `${ip}/${n}`),
  )
  const address = fc.oneof(
    network,
    fc.tuple(byte, byte, byte, byte).map((parts) => parts.join('.')),
    network.map((ip) => `::ffff:${ip}`),
    fc.constantFrom('::', '::1', '2001:db8::', '2001:db8:ffff::1', '2001:db9::1', '::fffe:1:2', 'ffff::'),
  )

  it('never says yes to a range that admits an address which the other does not', () => {
    fc.assert(
      fc.property(range, range, address, (inner, outer, ip) => {
        if (!isRangeWithin(inner, outer)) return true
        return !addressMatcher([inner])(ip) || addressMatcher([outer])(ip)
      }),
      { numRuns: 5_000 },
    )
  })

  it('says yes to itself and to each IPv4 range that begins in it and is no larger', () => {
    fc.assert(
      fc.property(network, bits(0, 32), bits(0, 32), (ip, own, wanted) => {
        expect(isRangeWithin(`${ip}/${wanted}`, `${ip}/${own}`)).toBe(wanted >= own)
      }),
    )
  })
})
