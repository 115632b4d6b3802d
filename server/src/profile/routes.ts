import { userEndpoints } from '@portal/contract'
import type { Mount } from '../http/index.ts'
import type { SignIn } from '../sign-in/index.ts'
import type { Profiles } from './profiles.ts'

/** Mounts the endpoints under /api/user. */
export function mountProfiles(
  mount: Mount,
  profiles: Profiles,
  { credentials }: Pick<SignIn, 'credentials'>,
) {
  mount(userEndpoints.profile, ({ principal }) => profiles.profileOf(principal.userId))
  mount(userEndpoints.updateProfile, ({ principal, body }) => profiles.updateProfile(principal, body))
  mount(userEndpoints.changePassword, async ({ principal, body, caller }) => {
    await credentials.changePassword(principal, body, caller)
    return { success: true as const }
  })
}
