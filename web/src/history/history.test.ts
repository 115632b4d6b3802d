import { expect, test } from 'vitest'
import { detailWords } from './action-words.ts'

const ada = { id: 'usr_1', name: 'Ada' }
const grace = { id: 'usr_2', name: 'Grace' }

test('[W-45] an event tells whom it was done to, and what changed', () => {
  const of = (details: Record<string, string>, subject: typeof ada | null = null) =>
    detailWords({ details, subject, actor: ada })
  expect(of({ from: 'member', to: 'admin' }, grace)).toBe('Grace · from member to admin')
  expect(of({ invitationId: 'inv_1', email: 'grace@example.com', role: 'viewer' })).toBe(
    'grace@example.com · as viewer',
  )
  expect(of({ keyId: 'key_1', name: 'Crawler' }, ada)).toBe('Crawler')
  expect(of({ method: 'passkey' }, ada)).toBe('by passkey')
  expect(of({}, ada)).toBeNull()
})
