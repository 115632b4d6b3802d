import { describe, expect, it } from 'vitest'
import { passwordProblem } from './password.ts'

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
