import type { IncomingMessage } from 'node:http'
import { authEndpoints, passkeyEndpoints } from '@portal/contract'
import type { Hono } from 'hono'
import type { Caller, Handle, HttpEnv, Mount } from '../http/index.ts'
import { forgetting, registering, resending, signingIn, usingLinks } from './limits.ts'
import { mountOAuth } from './oauth-routes.ts'
import type { SignIn } from './service.ts'

const done = { success: true } as const

type Places = {
  app: Hono<HttpEnv>
  mount: Mount
  /** Whether whoever asks may read the mails that stay here. */
  seesMailbox: (req: IncomingMessage) => Promise<boolean>
  clientAddress: (req: IncomingMessage) => string
}

/** Mounts signing up and in, devices, two-factor sign-in and passkeys. */
export function mountSignIn({ app, mount, seesMailbox, clientAddress }: Places, signIn: SignIn): void {
  mount(authEndpoints.ways, async ({ caller }) => ({
    password: true as const,
    signUp: await signIn.isSignUpOpen(),
    providers: signIn.providers,
    mailbox: await seesMailbox(caller.req),
  }))
  mountOAuth({ app, mount, clientAddress }, signIn)
  mountRegistration(mount, signIn)
  mountEntry(mount, signIn)
  mountDevices(mount, signIn)
  mountTwoFactor(mount, signIn)
  mountPasskeys(mount, signIn)
}

function mountRegistration(mount: Mount, { registration, claiming, countTry }: SignIn): void {
  const byLink = countTry(usingLinks)
  const claim: Handle<typeof authEndpoints.claimPortal> = async ({ body, caller }) => ({
    user: await claiming.claim(body, caller),
  })
  mount(authEndpoints.claimPortal, claim, byLink)
  mount(
    authEndpoints.register,
    ({ body, caller }) => registration.register(body, caller),
    countTry(registering),
  )
  const verify: Handle<typeof authEndpoints.verifyEmail> = async ({ body, caller }) => ({
    ...done,
    ...(await registration.verifyEmail(body.token, caller)),
  })
  mount(authEndpoints.verifyEmail, verify, byLink)
  const resend: Handle<typeof authEndpoints.resendVerification> = async ({ body }) => {
    await registration.resendVerification(body.email)
    return done
  }
  mount(authEndpoints.resendVerification, resend, countTry(resending))
  const forget: Handle<typeof authEndpoints.forgotPassword> = async ({ body }) => {
    await registration.forgotPassword(body.email)
    return done
  }
  mount(authEndpoints.forgotPassword, forget, countTry(forgetting))
  const reset: Handle<typeof authEndpoints.resetPassword> = async ({ body, caller }) => {
    await registration.resetPassword(body, caller)
    return done
  }
  mount(authEndpoints.resetPassword, reset, byLink)
}

function mountEntry(mount: Mount, { withPassword, withSecondFactor, countTry }: SignIn): void {
  const before = countTry(signingIn)
  mount(authEndpoints.signIn, ({ body, caller }) => withPassword(body, caller), before)
  const finish =
    (as: 'totp' | 'backup-code') =>
    async ({ body, caller }: { body: { code: string }; caller: Caller }) => ({
      user: await withSecondFactor({ code: body.code, as: [as] }, caller),
    })
  mount(authEndpoints.verifyTotp, finish('totp'), before)
  mount(authEndpoints.verifyBackupCode, finish('backup-code'), before)
}

function mountDevices(mount: Mount, { devices }: SignIn): void {
  mount(authEndpoints.getSession, ({ caller }) => devices.current(caller))
  mount(authEndpoints.signOut, async ({ caller }) => {
    await devices.signOut(caller)
    return done
  })
  mount(authEndpoints.listSessions, ({ principal }) => devices.list(principal))
  mount(authEndpoints.revokeSession, async ({ principal, body, caller }) => {
    await devices.end(principal, body.id, caller)
    return done
  })
  mount(authEndpoints.revokeOtherSessions, async ({ principal, caller }) => {
    await devices.endOthers(principal, caller)
    return done
  })
}

function mountTwoFactor(mount: Mount, { twoFactor }: SignIn): void {
  mount(authEndpoints.setUpTwoFactor, ({ principal }) => twoFactor.setUp(principal))
  mount(authEndpoints.verifyTwoFactor, async ({ principal, body, caller }) => ({
    ...done,
    backupCodes: await twoFactor.confirm(principal, body.token, caller),
  }))
  mount(authEndpoints.disableTwoFactor, async ({ principal, body, caller }) => {
    await twoFactor.disable(principal, body, caller)
    return done
  })
  mount(authEndpoints.renewBackupCodes, async ({ principal, body, caller }) => ({
    backupCodes: await twoFactor.renewBackupCodes(principal, body.token, caller),
  }))
}

function mountPasskeys(mount: Mount, { passkeys, countTry }: SignIn): void {
  mount(passkeyEndpoints.registrationOptions, ({ principal, body, caller }) =>
    passkeys.beginAdding(principal, body.password, caller),
  )
  mount(passkeyEndpoints.verifyRegistration, ({ principal, body, caller }) =>
    passkeys.add(principal, body, caller),
  )
  mount(passkeyEndpoints.authenticationOptions, ({ caller }) => passkeys.beginSignIn(caller))
  const signIn: Handle<typeof passkeyEndpoints.verifyAuthentication> = async ({ body, caller }) => ({
    user: await passkeys.signIn(body.response, caller),
  })
  mount(passkeyEndpoints.verifyAuthentication, signIn, countTry(signingIn))
  mount(passkeyEndpoints.list, ({ principal }) => passkeys.list(principal))
  mount(passkeyEndpoints.update, ({ principal, body }) => passkeys.rename(principal, body))
  mount(passkeyEndpoints.delete, async ({ principal, body, caller }) => {
    await passkeys.remove(principal, body, caller)
    return done
  })
}
