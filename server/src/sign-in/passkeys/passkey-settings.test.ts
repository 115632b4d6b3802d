import { describe, expect, test } from 'vitest'
import { eventually } from '../../test/index.ts'
import { password, usePortal } from '../test-people.ts'
import { aDevice, passkeysAt } from './test-passkeys.ts'

const { portal, open, mailTo, aSignedIn } = usePortal()
const { origin, add, addFrom, beginAdding, post, signInFrom } = passkeysAt(portal)

type Browser = ReturnType<typeof open>
type Answer = { status: number; body: { code?: string } }
const codes = (answers: Answer[]) => answers.map(({ status, body }) => body.code ?? status).sort()

const list = async (browser: Browser) => (await browser.get('/api/auth/passkey/list-user-passkeys')).body
const remove = (browser: Browser, id: string, given: object = { password }) =>
  post(browser, '/api/auth/passkey/delete-passkey', { id, ...given })

/** Somebody who signs in with passkeys alone. */
const aPersonWithoutPassword = async (passkeys: number) => {
  const person = await aSignedIn()
  const devices = Array.from({ length: passkeys }, () => aDevice())
  for (const device of devices) await addFrom(person.browser, device)
  await portal().pool.query(`delete from accounts where user_id = $1`, [person.id])
  return { ...person, devices, passkeys: await list(person.browser) }
}

describe('adding a passkey', () => {
  test('[PK-03] [PK-09] takes the password, is listed, remembered and mailed', async () => {
    const { id, email, browser } = await aSignedIn()
    for (const given of [{}, { password: 'Wr0ng-password!' }]) {
      expect((await beginAdding(browser, given)).body.code).toBe('invalid_credentials')
    }
    const { status, body } = await addFrom(browser, aDevice(), 'Ada’s laptop')
    expect([status, body]).toEqual([200, (await list(browser))[0]])
    expect(body).toMatchObject({
      name: 'Ada’s laptop',
      rpId: 'localhost',
      aaguid: expect.stringMatching(/^[0-9a-f]{8}-/),
      transports: ['usb'],
      lastUsedAt: null,
    })
    expect((await mailTo(email, 'sign-in-method-changed')).subject).toMatch(/Ada’s laptop.* was added/)
    const { rows } = await portal().pool.query(
      `select details from audit_events where subject_id = $1 and action = 'user.passkey-added'`,
      [id],
    )
    expect(rows).toEqual([{ details: { passkeyId: body.id, name: 'Ada’s laptop' } }])
  })

  test('[PK-03] asks for one that can be the only proof, and for none that is there already', async () => {
    const { email, browser } = await aSignedIn()
    const device = aDevice()
    await addFrom(browser, device)
    const { body } = await beginAdding(browser)
    expect(body).toMatchObject({
      rp: { id: 'localhost', name: 'LLM Portal' },
      user: { name: email, displayName: 'Ada' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    })
    expect(body.excludeCredentials).toHaveLength(1)
    expect(() => device.create(body, origin())).toThrow()
  })

  test('[PK-03] refuses one that did not verify who made it, or was made elsewhere', async () => {
    const { browser } = await aSignedIn()
    const unverified = await addFrom(browser, aDevice({ verifies: false }))
    expect([unverified.status, unverified.body.code]).toEqual([400, 'invalid_request'])
    const { body } = await beginAdding(browser)
    const foreign = await add(browser, aDevice().create(body, 'http://localhost:1'))
    expect([foreign.status, foreign.body.param]).toEqual([400, 'response'])
    expect(await list(browser)).toEqual([])
  })

  test('[PK-02] answers the challenge of that person and browser, once', async () => {
    const [ada, bob] = [await aSignedIn(), await aSignedIn()]
    const { body } = await beginAdding(ada.browser)
    const made = aDevice().create(body, origin())
    expect((await add(bob.browser, made)).body.code).toBe('conflict')
    await beginAdding(bob.browser)
    expect((await add(bob.browser, made)).body.code).toBe('invalid_request')
    const copies = Array.from({ length: 6 }, () => ada.browser.copy())
    const answers = await Promise.all(copies.map((copy) => add(copy, made)))
    expect(codes(answers)).toEqual([200, ...Array(5).fill('conflict')])
  })

  test('[PK-04] stops at twenty, under parallel fire too', async () => {
    const { id, browser } = await aSignedIn()
    await portal().pool.query(
      `insert into passkeys (id, user_id, name, rp_id, credential_id, public_key, sign_count, transports, aaguid,
         synced, backed_up, created_at)
       select 'pky_' || n, $1, 'Old', 'localhost', 'AAAA' || lpad(n::text, 4, '0'), '', 0, '{}', '', false, false, now()
       from generate_series(1, 17) n`,
      [id],
    )
    const half = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const copy = browser.copy()
        return { copy, made: aDevice().create((await beginAdding(copy)).body, origin()) }
      }),
    )
    const answers = await Promise.all(half.map(({ copy, made }) => add(copy, made)))
    expect(codes(answers)).toEqual([200, 200, 200, ...Array(3).fill('conflict')])
    expect((await beginAdding(browser)).body.code).toBe('conflict')
    expect(await list(browser)).toHaveLength(20)
  })

  test('[PK-04] takes a passkey once, whoever has it', async () => {
    const [ada, bob] = [await aSignedIn(), await aSignedIn()]
    const device = aDevice()
    const { body } = await addFrom(ada.browser, device)
    await portal().pool.query('update passkeys set credential_id = $1 where id = $2', ['AAAA', body.id])
    const second = (await beginAdding(bob.browser)).body
    const made = device.create(second, origin())
    await portal().pool.query('update passkeys set credential_id = $1 where id = $2', [made.id, body.id])
    expect((await add(bob.browser, made)).body.code).toBe('conflict')
  })

  test('[PK-01] is a 409 that says what to do where the address bar shows an IP address', async () => {
    const { browser } = await aSignedIn()
    const adding = await browser.post('/api/auth/passkey/generate-register-options', { password })
    const asking = await open().post('/api/auth/passkey/generate-authenticate-options')
    for (const { status, body } of [adding, asking]) {
      expect([status, body.code]).toEqual([409, 'conflict'])
      expect(body.error).toContain(origin())
    }
  })

  test('[PK-09] is for people, not for keys', async () => {
    const { browser } = await aSignedIn()
    const { body: key } = await browser.post('/api/keys', { name: 'Full' })
    const headers = { authorization: `Bearer ${key.key}` }
    for (const path of ['generate-register-options', 'delete-passkey', 'update-passkey']) {
      expect((await open().post(`/api/auth/passkey/${path}`, {}, headers)).status).toBe(403)
    }
  })
})

describe('a passkey that is there', () => {
  test('[PK-08] is removed with the password, and every other device signed out', async () => {
    const { email, browser } = await aSignedIn()
    const device = aDevice()
    const { body } = await addFrom(browser, device)
    const other = open()
    await signInFrom(other, device)
    expect((await list(browser))[0].lastUsedAt).not.toBeNull()
    expect((await remove(browser, body.id, {})).body.code).toBe('invalid_credentials')
    expect((await remove(browser, body.id)).body).toEqual({ success: true })
    await eventually(async () => expect((await other.get('/api/user/profile')).status).toBe(401))
    expect((await browser.get('/api/user/profile')).status).toBe(200)
    expect((await signInFrom(open(), device)).body.code).toBe('invalid_passkey')
    expect((await mailTo(email, 'sign-in-method-changed')).subject).toMatch(/removed/)
  })

  test('[PK-08] stays where it is the last way in', async () => {
    const { browser, passkeys } = await aPersonWithoutPassword(1)
    const { status, body } = await remove(browser, passkeys[0].id, {})
    expect([status, body.code]).toEqual([409, 'conflict'])
    expect(await list(browser)).toHaveLength(1)
  })

  test('[PK-08] of the last two one stays, when both are removed at once', async () => {
    const { browser, passkeys } = await aPersonWithoutPassword(2)
    const answers = await Promise.all(
      passkeys.map(({ id }: { id: string }) => remove(browser.copy(), id, {})),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('[PK-08] goes where an account elsewhere is left', async () => {
    const { id, browser, passkeys } = await aPersonWithoutPassword(1)
    await portal().pool.query(
      `insert into accounts (id, account_id, provider_id, user_id) values ('acc_' || $1, '1', 'github', $1)`,
      [id],
    )
    expect((await remove(browser, passkeys[0].id, {})).status).toBe(200)
  })

  test.each(['pky_none', 'pky_\0', `pky_${'0'.repeat(25)}\0`, ''])(
    '[PK-10] under an id that none has (%j) is a 404',
    async (id) => {
      const { browser } = await aSignedIn()
      const renamed = await post(browser, '/api/auth/passkey/update-passkey', { id, name: 'Mine' })
      expect([renamed.status, (await remove(browser, id)).status]).toEqual([404, 404])
    },
  )

  test('[PK-10] is renamed and removed by its owner alone', async () => {
    const [ada, bob] = [await aSignedIn(), await aSignedIn()]
    const { body } = await addFrom(ada.browser, aDevice())
    expect(body.name).toBe('Passkey')
    const rename = (browser: Browser, name: string) =>
      post(browser, '/api/auth/passkey/update-passkey', { id: body.id, name })
    expect((await rename(bob.browser, 'Mine')).status).toBe(404)
    expect((await remove(bob.browser, body.id)).status).toBe(404)
    expect((await rename(ada.browser, ' Phone ')).body.name).toBe('Phone')
    expect((await rename(ada.browser, 'x'.repeat(101))).status).toBe(400)
    expect(await list(ada.browser)).toMatchObject([{ id: body.id, name: 'Phone' }])
    expect(await list(bob.browser)).toEqual([])
  })
})
