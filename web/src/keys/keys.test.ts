import type { ApiKey } from '@portal/contract'
import { describe, expect, test } from 'vitest'
import { filterKeys } from './key-filter.ts'
import { bodyOfForm, emptyKeyForm, formOfKey, problemsOfForm } from './key-form-values.ts'
import { requestsByDay } from './requests-by-day.ts'

const instant = '2026-11-22T10:00:00.000Z'
const key: ApiKey = {
  ...{ id: 'key_1', name: 'Shop', description: null, prefix: 'sk-live-ab12', lastCharacters: 'Zx9Q' },
  ...{ status: 'ACTIVE', tier: 'PRO', permissions: ['chat'], access: 'models', ipWhitelist: ['10.0.0.0/8'] },
  ...{ dailyLimit: 1000, monthlyLimit: null, rpmLimit: 60, expiresAt: instant, revokedAt: null },
  ...{ revokeReason: null, leaked: false, lastUsedAt: null, createdAt: instant, updatedAt: instant },
}

describe('the form of a key', () => {
  test('sends nothing where nothing is written: no limit, no description', () => {
    expect(bodyOfForm({ ...emptyKeyForm, name: ' Shop ' })).toEqual({
      ...{ name: 'Shop', description: null, permissions: ['chat', 'images', 'vision'], access: 'models' },
      ...{ ipWhitelist: [], rpmLimit: null, dailyLimit: null, monthlyLimit: null, expiresInDays: null },
    })
  })

  test('of a key that exists changes nothing by being saved, its expiry least of all', () => {
    const body = bodyOfForm(formOfKey(key))
    expect(body).not.toHaveProperty('expiresInDays')
    for (const [field, value] of Object.entries(body)) expect(key[field as keyof ApiKey]).toEqual(value)
  })

  test('says at each field what it must be, by the rules of the API', () => {
    const values = {
      ...emptyKeyForm,
      permissions: [],
      ipWhitelist: ['somewhere'],
      rpmLimit: 0,
      expiry: '9999',
    }
    expect(Object.keys(problemsOfForm(values)).sort()).toEqual([
      ...['expiry', 'ipWhitelist', 'name', 'permissions', 'rpmLimit'],
    ])
    expect(problemsOfForm({ ...emptyKeyForm, name: 'Shop' })).toEqual({})
  })
})

test('keys are found by what of them can be seen, in either case, and by status', () => {
  const other = { ...key, id: 'key_2', name: 'Crawler', status: 'REVOKED' as const, lastCharacters: 'qqqq' }
  const found = (text: string, status: Parameters<typeof filterKeys>[1]['status'] = 'ALL') =>
    filterKeys([key, other], { text, status }).map(({ name }) => name)
  expect(found('')).toEqual(['Shop', 'Crawler'])
  expect(found(' shop')).toEqual(['Shop'])
  expect(found('zx9q')).toEqual(['Shop'])
  expect(found('', 'REVOKED')).toEqual(['Crawler'])
  expect(found('nothing')).toEqual([])
})

test('thirty days end today (UTC), and those without use are 0', () => {
  const now = Date.parse('2026-03-01T00:30:00Z')
  const days = requestsByDay(
    [
      { date: '2026-03-01', requests: 3 },
      { date: '2026-01-31', requests: 5 },
      { date: '2026-01-30', requests: 9 },
    ],
    now,
  )
  expect(days).toHaveLength(30)
  expect(days.at(-1)).toBe(3)
  expect(days[0]).toBe(5)
  expect(days.reduce((sum, requests) => sum + requests)).toBe(8)
})
