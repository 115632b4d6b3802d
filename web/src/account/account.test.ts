import type { Profile } from '@portal/contract'
import { describe, expect, test } from 'vitest'
import { oauthProblem } from './oauth-outcome.ts'
import { strengthOf } from './password-strength.ts'
import { changesOf, formOfProfile } from './profile-form-values.ts'
import { safeReturnPath } from './return-path.ts'
import { waysInOf } from './ways-in.ts'

describe('after signing in', () => {
  test.each(['/keys', '/keys?q=a%20b#x', '/settings/security'])('[W-07] %s is gone to', (path) => {
    expect(safeReturnPath(path)).toBe(path)
  })

  test.each([
    ...[
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      'javascript:alert(1)',
    ],
    ...['/\tevil', '/a\nb', '', 'keys', '/sign-in?next=/sign-in', '/sign-up'],
    ...['/.//evil.example', '/x/..//evil.example', '/%2E//evil.example', '/\ud800', '/./sign-in'],
  ])('[W-07] %j is not: the start is', (path) => {
    expect(safeReturnPath(path)).toBe('/')
  })
})

test('a password is as strong as the rules find it, and then by its length', () => {
  expect(strengthOf('').percent).toBe(0)
  expect(strengthOf('abc').percent).toBeLessThan(50)
  expect(strengthOf('Password123!').name).toBe('Not enough yet')
  expect(strengthOf('Kiwi-Lamp-42x').name).toBe('Good')
  expect(strengthOf('Kiwi-Lamp-42-Harbour').name).toBe('Strong')
})

test('of a profile only what changed is sent, and what was emptied as null', () => {
  const profile: Profile = {
    ...{ id: 'usr_1', name: 'Ada', email: 'ada@example.com', pendingEmail: null, role: 'USER' },
    ...{ status: 'ACTIVE', firstName: 'Ada', lastName: null, company: null, phone: null, timezone: 'UTC' },
    ...{ hasPassword: true, twoFactorEnabled: false, deletionAt: null, createdAt: '2026-01-01T00:00:00Z' },
  }
  const form = formOfProfile(profile)
  expect(changesOf(profile, form)).toEqual({})
  expect(changesOf(profile, { ...form, firstName: ' ', company: ' Engines ' })).toEqual({
    ...{ firstName: null, company: 'Engines' },
  })
})

test('whoever comes back from another site is told what to do, by a sentence of ours alone', () => {
  expect(oauthProblem(undefined, 'google')).toBeNull()
  expect(oauthProblem('sign-in-first', 'github')).toContain('link GitHub in Settings')
  expect(oauthProblem('email-unusable', 'google')).toContain('you have at Google cannot be used')
  expect(oauthProblem('conflict', 'google')).toContain('at the same time. Try again.')
  expect(oauthProblem('permission-denied', 'google')).toContain('Ask for an invitation.')
  expect(oauthProblem('<b>x</b>', '<b>y</b>')).toBe(
    'Signing in elsewhere did not work. Try again, or sign in another way.',
  )
})

test('what is linked stands among the ways in, also where it is offered no more; the password does not', () => {
  const [password, google] = [
    { providerId: 'credential' as const, email: null },
    { providerId: 'google' as const, email: 'ada@example.com' },
  ]
  expect(waysInOf([password], ['github'])).toEqual([{ provider: 'github' }])
  expect(waysInOf([password, google], ['github'])).toEqual([
    { provider: 'google', account: google },
    { provider: 'github' },
  ])
  expect(waysInOf([password], [])).toEqual([])
})
