import { authEndpoints } from '@portal/contract'
import type { Mount } from '../http/index.ts'
import type { SignIn } from './service.ts'

const done = { success: true } as const

/** Mounts signing up and in, and two-factor sign-in. */
export function mountSignIn(mount: Mount, { registration, withPassword, withSecondFactor, twoFactor }: SignIn) {
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
  mount(authEndpoints.signIn, ({ body, caller }) => withPassword(body, caller))
  mount(authEndpoints.verifyTotp, async ({ body, caller }) => ({
    user: await withSecondFactor({ code: body.code, as: ['totp'] }, caller),
  }))
  mount(authEndpoints.verifyBackupCode, async ({ body, caller }) => ({
    user: await withSecondFactor({ code: body.code, as: ['backup-code'] }, caller),
  }))
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
