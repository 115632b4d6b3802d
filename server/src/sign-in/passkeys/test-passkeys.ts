// Passkeys as tests make them: emulated authenticators, and browsers that show the portal under its own name.
import {
  AuthenticatorEmulator,
  PasskeysCredentialsMemoryRepository,
  RpId,
  WebAuthnEmulator,
} from 'nid-webauthn-emulator'
import type { Browser, Portal } from '../../test/index.ts'
import { password } from '../test-people.ts'

const paths = {
  beginAdding: '/api/auth/passkey/generate-register-options',
  add: '/api/auth/passkey/verify-registration',
  beginSignIn: '/api/auth/passkey/generate-authenticate-options',
  signIn: '/api/auth/passkey/verify-authentication',
} as const

type Creating = Parameters<WebAuthnEmulator['createJSON']>[1]
type Asking = Parameters<WebAuthnEmulator['getJSON']>[1]

/** What makes and keeps passkeys. */
export type Device = {
  create: (options: Creating, origin: string) => ReturnType<WebAuthnEmulator['createJSON']>
  get: (options: Asking, origin: string) => ReturnType<WebAuthnEmulator['getJSON']>
  /** Another one with the same passkeys, as they are counted now; with `rpId` as if made for that name. */
  copy: (settings?: DeviceSettings & { rpId?: string }) => Device
}

type DeviceSettings = { verifies?: boolean; countsBy?: number }

/** A device that verifies who uses it and counts the uses, unless said otherwise. */
export function aDevice(
  { verifies = true, countsBy = 1 }: DeviceSettings = {},
  credentialsRepository = new PasskeysCredentialsMemoryRepository(),
): Device {
  const interaction = () => ({ options: { uv: verifies, up: true } })
  const emulator = new WebAuthnEmulator(
    new AuthenticatorEmulator({
      credentialsRepository,
      signCounterIncrement: countsBy,
      userMakeCredentialInteraction: interaction,
      userGetAssertionInteraction: interaction,
    }),
  )
  return {
    create: (options, origin) => emulator.createJSON(origin, options),
    // A browser would not let a page ask for another name: this one does.
    get: (options, origin) => emulator.getJSON(origin, options, [origin]),
    copy({ rpId, ...settings } = {}) {
      const repository = new PasskeysCredentialsMemoryRepository()
      for (const credential of credentialsRepository.loadCredentials()) {
        const source = credential.publicKeyCredentialSource
        const name = rpId === undefined ? source.rpId : new RpId(rpId)
        repository.saveCredential({ ...credential, publicKeyCredentialSource: { ...source, rpId: name } })
      }
      return aDevice({ verifies, countsBy, ...settings }, repository)
    },
  }
}

/** What browsers do with passkeys at a portal that is open as http://localhost. */
export function passkeysAt(portal: () => Pick<Portal, 'url'>) {
  const origin = () => portal().url.replace('127.0.0.1', 'localhost')
  /** Posts from the portal's page at its name. */
  const post = (browser: Browser, path: string, body?: unknown) =>
    browser.post(path, body, { origin: origin() })

  const beginAdding = (browser: Browser, given: object = { password }) =>
    post(browser, paths.beginAdding, given)
  const add = (browser: Browser, response: unknown, name?: string) =>
    post(browser, paths.add, { response, ...(name !== undefined && { name }) })
  /** Adds a passkey that the device makes; the answer of the last step. */
  const addFrom = async (browser: Browser, device: Device, name?: string) => {
    const { body } = await beginAdding(browser)
    return add(browser, device.create(body, origin()), name)
  }
  const beginSignIn = (browser: Browser) => post(browser, paths.beginSignIn)
  const signIn = (browser: Browser, response: unknown) => post(browser, paths.signIn, { response })
  /** Asks for a passkey and answers with one of the device. */
  const signInFrom = async (browser: Browser, device: Device) => {
    const { body } = await beginSignIn(browser)
    return signIn(browser, device.get(body, origin()))
  }
  return { origin, post, beginAdding, add, addFrom, beginSignIn, signIn, signInFrom }
}
