// What the browser does for passkeys. The library that speaks to it is loaded when it is first needed.
import { passkeyEndpoints } from '@portal/contract'
import { call } from '../api/index.ts'

/**
 * Signs in with a passkey, or finishes signing in with one.
 * @throws ApiError what the server answered; Error fit to be shown where the browser gave none
 */
export async function signInWithPasskey() {
  const options = await call(passkeyEndpoints.authenticationOptions, {})
  const { startAuthentication } = await import('@simplewebauthn/browser')
  type Options = Parameters<typeof startAuthentication>[0]['optionsJSON']
  const response = await startAuthentication({ optionsJSON: options as Options }).catch(refuse)
  return call(passkeyEndpoints.verifyAuthentication, { body: { response } })
}

/**
 * Makes a passkey on this device, or on one that the browser reaches. The password is null for accounts without one.
 * @throws as above
 */
export async function addPasskey({ name, password }: { name: string; password: string | null }) {
  const options = await call(passkeyEndpoints.registrationOptions, {
    body: password === null ? {} : { password },
  })
  const { startRegistration } = await import('@simplewebauthn/browser')
  type Options = Parameters<typeof startRegistration>[0]['optionsJSON']
  const response = await startRegistration({ optionsJSON: options as Options }).catch(refuse)
  return call(passkeyEndpoints.verifyRegistration, { body: { response, name } })
}

const sentences: Record<string, string> = {
  NotAllowedError: 'Nothing was confirmed on the device, or it took too long. Try again.',
  InvalidStateError: 'This device already has a passkey of yours. Use that one, or another device.',
  SecurityError: 'Your browser gives no passkeys to this address. Open the portal by its own name.',
}

/** @throws Error what the browser’s refusal means */
function refuse(error: Error): never {
  throw new Error(sentences[error.name] ?? `Your browser could not do it: ${error.message}`, { cause: error })
}
