import { verify } from '@node-rs/argon2'
import { describe, expect, it, test } from 'vitest'
import { generatePassword, hashPassword, passwordProblem } from './password.ts'

describe('passwordProblem', () => {
  it.each([
    'SecureP@ssw0rd!',
    'correct Horse 7 battery',
    'Ünïcödé-ist-schön-1',
    `Aa1!${'x'.repeat(124)}`,
    `Aa1!${'x'.repeat(252)}`,
  ])('takes %s', (password) => {
    expect(passwordProblem(password)).toBeNull()
  })

  it.each([
    ['Sh0rt!', 'at least 12'],
    ['Elevenchar1', 'at least 12'],
    ['👍👍👍👍👍👍👍Aa1!', 'at least 12'],
    [`Aa1!${'x'.repeat(253)}`, 'at most 256'],
    ['nouppercase1!', 'an uppercase letter'],
    ['NOLOWERCASE1!', 'a lowercase letter'],
    ['NoDigitsHere!', 'a digit'],
    ['NoSpecials123', 'a special character'],
    ['onlylowercase', 'an uppercase letter, a digit, and a special character'],
  ])('says what %s lacks', (password, words) => {
    expect(passwordProblem(password)).toContain(words)
  })

  it.each([
    'Password123!',
    'P@ssw0rd1234!',
    '!!Welcome2026!!',
    'Qwerty123456!',
    '1qaz@WSX3edc',
    'Summer2026!!',
    'Admin@123456',
  ])('refuses %s as one that everybody tries', (password) => {
    expect(passwordProblem(password)).toContain('first that are tried')
  })
})

test('generated passwords will do, and none comes twice', () => {
  const made = Array.from({ length: 200 }, generatePassword)
  expect(made.map(passwordProblem).filter(Boolean)).toEqual([])
  expect(new Set(made).size).toBe(200)
})

describe('hashPassword', () => {
  it('makes a salted argon2id PHC string with OWASP’s parameters', async () => {
    const [first, second] = await Promise.all([
      hashPassword('SecureP@ssw0rd!'),
      hashPassword('SecureP@ssw0rd!'),
    ])
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(second).not.toBe(first)
    expect(await verify(first, 'SecureP@ssw0rd!')).toBe(true)
    expect(await verify(first, 'SecureP@ssw0rd')).toBe(false)
  })

  it('hashes one text alike however its accents are encoded', async () => {
    expect(await verify(await hashPassword('Cafe\u0301-au-lait-1'), 'Caf\u00e9-au-lait-1')).toBe(true)
  })
})
