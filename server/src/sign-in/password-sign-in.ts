import { hashPassword, verifyPassword } from '../accounts/index.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/index.ts'
import { networkOf } from '../throttle/index.ts'
import type { SignInDeps } from './deps.ts'
import type { Entered, Entry } from './entry.ts'
import { guessing, signingIn } from './limits.ts'
import * as store from './store.ts'
import { lockPerson } from './ways-in.ts'

/** Signs in with e-mail address and password. */
export type PasswordSignIn = (given: { email: string; password: string }, caller: Caller) => Promise<Entered>

/**
 * Builds it.
 * @throws AppError invalid_credentials, email_not_verified, rate_limit_exceeded
 */
export function createPasswordSignIn(deps: SignInDeps, { enter }: Entry): PasswordSignIn {
  const { db, throttles, now } = deps
  // Compared with where there is nothing to compare with, so that time tells nothing.
  const nobodys = hashPassword(crypto.randomUUID())

  return async ({ email, password }, caller) => {
    const network = networkOf(caller.address)
    const person = await store.findPersonByEmail(db, email)
    const guesser = await guesserOf(person, email, network)
    await throttles.take(guessing, guesser)
    const isRight = await verifyPassword(person?.password ?? (await nobodys), password)
    if (!isRight || !person?.password) throw new AppError('invalid_credentials')
    await throttles.giveBack(signingIn, network)
    await throttles.forget(guessing, guesser)
    if (!person.email_verified) throw new AppError('email_not_verified')
    return db.transaction().execute(async (trx) => {
      await lockPerson(trx, person.id)
      const current = await store.findPerson(trx, person.id)
      // Comparing takes a while, in which the password may have been replaced.
      if (current?.password !== person.password) throw new AppError('invalid_credentials')
      return enter(trx, { person: current, method: 'password' }, caller)
    })
  }

  /** Who guesses a password: somebody where its owner has been, or anybody elsewhere, all of them together. */
  async function guesserOf(person: store.PersonRow | undefined, email: string, network: string) {
    const since = new Date(now() - store.knownNetworkMs)
    const isKnown = person && (await store.isKnownNetwork(db, person.id, { network, since }))
    return isKnown ? `${email} ${network}` : `${email} elsewhere`
  }
}
