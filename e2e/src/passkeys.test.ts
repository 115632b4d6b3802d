// Passkeys in a real browser, with an authenticator that it emulates.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aDevice } from './device.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

const origin = () => world.portal.url.replace('127.0.0.1', 'localhost')

/** Posts as the page does, with its cookies. */
async function post(page: Page, path: string, data: object = {}) {
  const answer = await page.request.post(origin() + path, { data, headers: { origin: origin() } })
  return { status: answer.status(), body: await answer.json() }
}

const create = (page: Page, options: PublicKeyCredentialCreationOptionsJSON) =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json)
    const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
    return credential.toJSON()
  }, options)

const get = (page: Page, options: PublicKeyCredentialRequestOptionsJSON) =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json)
    const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
    return credential.toJSON()
  }, options)

const beginAdding = (page: Page, password: string) =>
  post(page, '/api/auth/passkey/generate-register-options', { password })
const beginSignIn = (page: Page) => post(page, '/api/auth/passkey/generate-authenticate-options')

test('[PK-03] [PK-05] a browser adds a passkey, once, and signs in with it alone', async () => {
  const { email, password } = await world.aPerson()
  const { page, verifies } = await aDevice(world)
  await post(page, '/api/auth/sign-in/email', { email, password })
  const response = await create(page, (await beginAdding(page, password)).body)
  const added = await post(page, '/api/auth/passkey/verify-registration', { response, name: 'Phone' })
  expect(added).toMatchObject({ status: 200, body: { name: 'Phone', transports: ['internal'] } })
  await expect(create(page, (await beginAdding(page, password)).body)).rejects.toThrow(/InvalidState/)
  await post(page, '/api/auth/sign-out')

  const answer = await get(page, (await beginSignIn(page)).body)
  const signedIn = await post(page, '/api/auth/passkey/verify-authentication', { response: answer })
  expect(signedIn).toMatchObject({ status: 200, body: { user: { email } } })
  const session = await page.request.get(`${origin()}/api/auth/get-session`)
  expect(await session.json()).toMatchObject({ session: { method: 'passkey' } })

  await verifies(false)
  await expect(get(page, (await beginSignIn(page)).body)).rejects.toThrow(/NotAllowed/)
})
