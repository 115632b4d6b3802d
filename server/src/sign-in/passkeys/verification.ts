// What an authenticator says, checked as Web Authentication Level 3 asks (§7.1, §7.2).
import type { PasskeyAssertion, PasskeyRegistration } from '@portal/contract'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { AppError } from '../../errors.ts'
import type { Site } from './site.ts'
import type { PasskeyRow } from './store.ts'

/** Signatures taken, as COSE numbers them: EdDSA, ES256, RS256. A fixed list, whatever the runtime can do besides. */
export const algorithms = [-8, -7, -257]

type Expected = { site: Site; challenge: string }

/**
 * What is kept of a new passkey.
 * @throws AppError invalid_request where it does not answer the challenge, here, by somebody whom it knows
 */
export async function checkRegistration(given: PasskeyRegistration, { site, challenge }: Expected) {
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: {
      ...{ id: given.id, rawId: given.rawId, type: given.type, clientExtensionResults: {} },
      response: {
        clientDataJSON: given.response.clientDataJSON,
        attestationObject: given.response.attestationObject,
      },
    },
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  }).catch((cause: unknown) => {
    throw badRegistration(cause)
  })
  if (!verified) throw badRegistration(null)
  const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo
  return {
    rp_id: site.rpId,
    credential_id: credential.id,
    public_key: Buffer.from(credential.publicKey),
    sign_count: BigInt(credential.counter),
    transports: given.response.transports ?? [],
    aaguid,
    synced: credentialDeviceType === 'multiDevice',
    backed_up: credentialBackedUp,
  }
}

const badRegistration = (cause: unknown) =>
  new AppError('invalid_request', {
    message: 'This passkey could not be checked. Begin again.',
    param: 'response',
    cause,
  })

/** What an authenticator said of a use, and that its signature is right. */
export type Assertion = { signCount: number; backedUp: boolean }

/**
 * Checks an answer but for its count. As the only proof, the authenticator has to have verified who uses it.
 * @throws AppError invalid_passkey
 */
export async function checkAssertion(
  given: PasskeyAssertion,
  passkey: PasskeyRow,
  { site, challenge, isOnlyProof }: Expected & { isOnlyProof: boolean },
): Promise<Assertion> {
  requireOwner(given, passkey, isOnlyProof)
  const { id, rawId, type, response } = given
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: {
      ...{ id, rawId, type, clientExtensionResults: {} },
      response: {
        clientDataJSON: response.clientDataJSON,
        authenticatorData: response.authenticatorData,
        signature: response.signature,
      },
    },
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    // The count is judged by whoever notes the use, once the signature is known to be right: the library would look
    // at it first, and anybody could send one that raises an alarm.
    credential: { id, publicKey: new Uint8Array(passkey.public_key), counter: 0 },
    requireUserVerification: isOnlyProof,
  }).catch((cause: unknown) => {
    throw new AppError('invalid_passkey', { cause })
  })
  if (!verified) throw new AppError('invalid_passkey')
  return { signCount: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp }
}

/** The authenticator names whose passkey it is (§7.2 step 6), at least where nobody has named themselves before. */
function requireOwner(
  { response: { userHandle } }: PasskeyAssertion,
  { user_id: userId }: PasskeyRow,
  isNeeded: boolean,
): void {
  const isNamed = userHandle !== null && userHandle !== undefined
  if (isNamed ? Buffer.from(userHandle, 'base64url').toString() !== userId : isNeeded)
    throw new AppError('invalid_passkey')
}
