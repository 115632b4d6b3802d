import { verify } from '@node-rs/argon2'
import { passwordProblem } from '@portal/contract'
import { describe, expect, it, test } from 'vitest'
import { generatePassword, hashPassword } from './password.ts'

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
