import { newId, type Passkey, type PasskeyRegistration } from '@portal/contract'
import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
} from '@simplewebauthn/server'
import { AppError } from '../../errors.ts'
import type { Caller, Principal } from '../../http/index.ts'
import type { Credentials } from '../credentials.ts'
import type { SignInDeps } from '../deps.ts'
import { findPerson, type PersonRow } from '../store.ts'
import { lockPerson } from '../ways-in.ts'
import { lifeSeconds, type PasskeyChallenges } from './challenges.ts'
import { noteChange } from './change.ts'
import { descriptorOf, passkeyFromRow } from './passkey.ts'
import { requireSite, type Site } from './site.ts'
import * as store from './store.ts'
import { algorithms, checkRegistration } from './verification.ts'

/** How somebody comes by a passkey, in two steps. */
export type PasskeyAdding = {
  /**
   * What the browser makes a passkey from.
   * @throws AppError invalid_credentials, sign_in_not_recent, rate_limit_exceeded, conflict where none works or there are too many
   */
  beginAdding: (
    principal: Principal,
    password: string | undefined,
    caller: Caller,
  ) => Promise<PublicKeyCredentialCreationOptionsJSON>
  /** Keeps what it made. @throws AppError invalid_request, conflict */
  add: (
    principal: Principal,
    made: { response: PasskeyRegistration; name: string },
    caller: Caller,
  ) => Promise<Passkey>
}

type Parts = { challenges: PasskeyChallenges; credentials: Pick<Credentials, 'requireProof'> }

const passkeysMax = 20

/** Builds it. */
export function createPasskeyAdding(deps: SignInDeps, { challenges, credentials }: Parts): PasskeyAdding {
  const { db, givenUrl, now } = deps
  return {
    async beginAdding(principal, password, caller) {
      const { userId } = principal
      const site = requireSite(caller.req, givenUrl)
      await credentials.requireProof(principal, password)
      const person = await findPerson(db, userId)
      if (!person) throw new AppError('not_found')
      const passkeys = await store.listPasskeys(db, userId)
      requireRoom(passkeys)
      const challenge = await challenges.begin(db, { purpose: 'register', userId }, caller)
      return optionsFor(person, { site, passkeys, challenge })
    },
    async add(principal, { response, name }, caller) {
      const { userId } = principal
      const site = requireSite(caller.req, givenUrl)
      const begun = await challenges.take(db, ['register'], caller)
      if (begun?.userId !== userId) throw new AppError('conflict', { message: tooLate })
      const made = await checkRegistration(response, { site, challenge: begun.challenge })
      return db.transaction().execute(async (trx) => {
        await lockPerson(trx, userId)
        const person = await findPerson(trx, userId)
        if (!person) throw new AppError('not_found')
        requireRoom(await store.listPasskeys(trx, userId))
        const id = newId('passkey', now())
        const owned = { id, user_id: userId, name, created_at: new Date(now()) }
        const passkey = await store.insertPasskey(trx, { ...made, ...owned })
        if (!passkey) throw new AppError('conflict', { message: 'This passkey was added before.' })
        await noteChange(trx, deps, { person, principal, passkey, isAdded: true, caller })
        return passkeyFromRow(passkey)
      })
    },
  }
}

type Asked = { site: Site; passkeys: readonly store.PasskeyRow[]; challenge: Uint8Array<ArrayBuffer> }

/** Every passkey can be the only proof: it is found without a name, and verifies who uses it. */
const optionsFor = ({ id, email, name }: PersonRow, { site, passkeys, challenge }: Asked) =>
  generateRegistrationOptions({
    rpName: 'LLM Portal',
    rpID: site.rpId,
    userID: new TextEncoder().encode(id),
    userName: email,
    userDisplayName: name,
    challenge,
    timeout: lifeSeconds * 1000,
    attestationType: 'none',
    excludeCredentials: passkeys.map(descriptorOf),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  })

function requireRoom({ length }: readonly unknown[]): void {
  if (length < passkeysMax) return
  throw new AppError('conflict', {
    message: `You have ${passkeysMax} passkeys, and there can be no more. Remove one that you do not use.`,
  })
}

const tooLate = 'Adding this passkey took too long, or was begun in another browser. Begin again.'
