import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashSecret, isWellFormedSecret, newSecret, recognisableParts } from './secret.ts'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('a new secret', () => {
  it('is sk-live-, 32 random base62 characters and 6 of checksum', () => {
    expect(newSecret()).toMatch(/^sk-live-[0-9A-Za-z]{32}[0-9A-Za-z]{6}$/)
  })

  it('passes its own check and never comes twice', () => {
    const secrets = Array.from({ length: 2_000 }, newSecret)
    expect(secrets.every(isWellFormedSecret)).toBe(true)
    expect(new Set(secrets).size).toBe(secrets.length)
  })

  it('uses every character about as often', () => {
    const counts = new Map<string, number>()
    for (const secret of Array.from({ length: 4_000 }, newSecret)) {
      for (const character of secret.slice(8, 40)) counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    const expected = (4_000 * 32) / 62
    expect(counts.size).toBe(62)
    // Eight standard deviations; taking bytes modulo 62 would be twelve off.
    for (const count of counts.values()) {
      expect(Math.abs(count - expected)).toBeLessThan(8 * Math.sqrt(expected))
    }
  })
})

describe('the check before any look-up', () => {
  it('refuses a secret in which any one character was changed', () => {
    const position = fc.integer({ min: 8, max: 45 })
    const character = fc.constantFrom(...base62)
    fc.assert(
      fc.property(position, character, (at, replacement) => {
        const secret = newSecret()
        const changed = secret.slice(0, at) + replacement + secret.slice(at + 1)
        return isWellFormedSecret(changed) === (changed === secret)
      }),
    )
  })

  it('refuses what is too short, too long, padded or of another scheme', () => {
    const secret = newSecret()
    const wrong = [
      '',
      'sk-live-',
      secret.slice(0, -1),
      `${secret}0`,
      ` ${secret}`,
      `${secret}\n`,
      secret.replace('sk-live-', 'sk-test-'),
      `sk-live-${'0'.repeat(100_000)}`,
      "sk-live-'OR'1'='1",
    ]
    expect(wrong.filter(isWellFormedSecret)).toEqual([])
  })

  it('refuses another length, be its checksum right', () => {
    const withChecksum = (text: string): string => {
      let checksum = ''
      for (let rest = crc32(text); checksum.length < 6; rest = Math.floor(rest / 62)) {
        checksum = base62[rest % 62] + checksum
      }
      return text + checksum
    }
    const random = newSecret().slice(0, 40)
    expect(isWellFormedSecret(withChecksum(random))).toBe(true)
    expect(isWellFormedSecret(withChecksum(`${random}0`))).toBe(false)
    expect(isWellFormedSecret(withChecksum(random.slice(0, -1)))).toBe(false)
  })

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isWellFormedSecret(text) === false))
  })
})

it('is stored as its SHA-256', () => {
  const secret = newSecret()
  expect(hashSecret(secret)).toEqual(createHash('sha256').update(secret).digest())
})

it('shows its first twelve and last four characters', () => {
  const secret = newSecret()
  expect(recognisableParts(secret)).toEqual({ prefix: secret.slice(0, 12), lastCharacters: secret.slice(-4) })
})
