import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createSecrets, portalSecret } from './index.ts'

const secrets = createSecrets('a secret of at least thirty-two characters')
const others = createSecrets('another secret of thirty-two characters!')
const atMs = Date.parse('2026-03-04T05:06:07.890Z')

test('[SE1] what was signed is read back, also when its time is over, and only by whoever has the secret', async () => {
  const token = await secrets.sign({ sid: 'ses_1' }, { atMs, seconds: 60 })
  const iat = Math.floor(atMs / 1000)
  expect(await secrets.verify(token)).toEqual({ sid: 'ses_1', iat, exp: iat + 60 })
  expect(await others.verify(token)).toBeNull()
  expect(await secrets.verify(`${token.slice(0, -2)}xx`)).toBeNull()
})

test.each([
  ['no token', async () => 'hello'],
  ['one without a signature', async () => `${btoa('{"alg":"none"}')}.${btoa('{"iat":1,"exp":2}')}.`],
  [
    'one of another algorithm',
    () =>
      new SignJWT({ iat: 1, exp: 2 })
        .setProtectedHeader({ alg: 'HS512' })
        .sign(new TextEncoder().encode('a secret of at least thirty-two characters'.repeat(2))),
  ],
])('[SE1] %s is none of ours', async (_, token) => {
  expect(await secrets.verify(await token())).toBeNull()
})

test('[TF5] what was encrypted is read by its owner and the secret alone, and never looks alike', async () => {
  const sealed = await secrets.encrypt('JBSWY3DP', 'usr_1')
  expect(sealed).not.toContain('JBSWY3DP')
  expect(await secrets.decrypt(sealed, 'usr_1')).toBe('JBSWY3DP')
  expect(await secrets.encrypt('JBSWY3DP', 'usr_1')).not.toBe(sealed)
  await expect(secrets.decrypt(sealed, 'usr_2')).rejects.toThrow('another owner')
  await expect(others.decrypt(sealed, 'usr_1')).rejects.toThrow()
  await expect(secrets.decrypt(sealed.replace(/.(?=[^.]*$)/, '*'), 'usr_1')).rejects.toThrow()
})

test('[TF5] hashes are alike for one text and one secret', () => {
  expect(secrets.hash('code')).toEqual(secrets.hash('code'))
  expect(secrets.hash('code')).not.toEqual(secrets.hash('code2'))
  expect(secrets.hash('code')).not.toEqual(others.hash('code'))
})

test('an installation without PORTAL_SECRET makes one, keeps it, and lets nobody else read it', () => {
  const dataDir = join(mkdtempSync('/tmp/portal-secret-'), 'data')
  const made = portalSecret({ given: null, dataDir })
  expect(made).toMatch(/^[\w-]{43}$/)
  expect(portalSecret({ given: null, dataDir })).toBe(made)
  expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe(made)
  expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600)
  expect(portalSecret({ given: 'given', dataDir })).toBe('given')
  writeFileSync(join(dataDir, 'secret'), '')
  expect(() => portalSecret({ given: null, dataDir })).toThrow('holds no secret')
})
