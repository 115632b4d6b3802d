import type { IncomingMessage } from 'node:http'
import { authEndpoints, passkeyEndpoints } from '@portal/contract'
import type { Hono } from 'hono'
import type { HttpEnv, Mount } from '../http/index.ts'
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

function mountRegistration(mount: Mount, { registration, claiming }: SignIn): void {
  mount(authEndpoints.claimPortal, async ({ body, caller }) => ({ user: await claiming.claim(body, caller) }))
  mount(authEndpoints.register, ({ body, caller }) => registration.register(body, caller))
  mount(authEndpoints.verifyEmail, async ({ body, caller }) => ({
    ...done,
    ...(await registration.verifyEmail(body.token, caller)),
  }))
  mount(authEndpoints.resendVerification, async ({ body, caller }) => {
    await registration.resendVerification(body.email, caller)
    return done
  })
  mount(authEndpoints.forgotPassword, async ({ body, caller }) => {
    await registration.forgotPassword(body.email, caller)
    return done
  })
  mount(authEndpoints.resetPassword, async ({ body, caller }) => {
    await registration.resetPassword(body, caller)
    return done
  })
}

function mountEntry(mount: Mount, { withPassword, withSecondFactor }: SignIn): void {
  mount(authEndpoints.signIn, ({ body, caller }) => withPassword(body, caller))
  mount(authEndpoints.verifyTotp, async ({ body, caller }) => ({
    user: await withSecondFactor({ code: body.code, as: ['totp'] }, caller),
  }))
  mount(authEndpoints.verifyBackupCode, async ({ body, caller }) => ({
    user: await withSecondFactor({ code: body.code, as: ['backup-code'] }, caller),
  }))
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

function mountPasskeys(mount: Mount, { passkeys }: SignIn): void {
  mount(passkeyEndpoints.registrationOptions, ({ principal, body, caller }) =>
    passkeys.beginAdding(principal, body.password, caller),
  )
  mount(passkeyEndpoints.verifyRegistration, ({ principal, body, caller }) =>
    passkeys.add(principal, body, caller),
  )
  mount(passkeyEndpoints.authenticationOptions, ({ caller }) => passkeys.beginSignIn(caller))
  mount(passkeyEndpoints.verifyAuthentication, async ({ body, caller }) => ({
    user: await passkeys.signIn(body.response, caller),
  }))
  mount(passkeyEndpoints.list, ({ principal }) => passkeys.list(principal))
  mount(passkeyEndpoints.update, ({ principal, body }) => passkeys.rename(principal, body))
  mount(passkeyEndpoints.delete, async ({ principal, body, caller }) => {
    await passkeys.remove(principal, body, caller)
    return done
  })
}
