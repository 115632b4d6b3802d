import type { Readable } from 'node:stream'
import type { Profile, UpdateProfileBody } from '@portal/contract'
import { AppError } from '../errors.ts'
import { type Principal, requireThemselves } from '../http/index.ts'
import type { SignIn } from '../sign-in/index.ts'
import type { Throttle, Throttles } from '../throttle/index.ts'
import { exportData } from './data-export.ts'
import { createDeletions, type Deletions } from './deletion.ts'
import * as store from './store.ts'

/** What people say of themselves. */
export type Profiles = {
  profileOf: (userId: string) => Promise<Profile>
  /**
   * Changes what is given. A new address counts once it is confirmed.
   * @throws AppError permission_denied for a key that would change the address, conflict, rate_limit_exceeded
   */
  updateProfile: (principal: Principal, changes: UpdateProfileBody) => Promise<Profile>
  /** A zip of everything that is somebody's. @throws AppError rate_limit_exceeded */
  exportData: (userId: string) => Promise<Readable>
  deletions: Deletions
}

type ProfilesDeps = Parameters<typeof createDeletions>[0] & {
  credentials: SignIn['credentials']
  throttles: Throttles
}

const exporting: Throttle = { name: 'export', max: 5, windowMs: 3_600_000 }

/** Builds the profiles of one database. */
export function createProfiles(deps: ProfilesDeps): Profiles {
  const { db, credentials, throttles, now } = deps
  async function profileOf(userId: string): Promise<Profile> {
    const row = await store.findProfile(db, userId)
    if (!row) throw new AppError('not_found')
    return profileFromRow(row)
  }
  return {
    profileOf,
    async updateProfile(principal, { email, ...changes }) {
      if (email !== undefined) {
        requirePerson(principal)
        await credentials.askForEmail(principal, email)
      }
      await store.updateProfile(db, principal.userId, { ...changes, at: new Date(now()) })
      return profileOf(principal.userId)
    },
    async exportData(userId) {
      await throttles.take(exporting, userId)
      return exportData(db, userId)
    },
    deletions: createDeletions(deps),
  }
}

function requirePerson(principal: Principal): void {
  const { key } = principal
  requireThemselves(principal)
  if (!key) return
  throw new AppError('permission_denied', {
    message: 'email: No API key may change the e-mail address. Sign in and do it there.',
    param: 'email',
  })
}

const profileFromRow = (row: store.ProfileRow): Profile => ({
  id: row.id,
  name: row.name,
  email: row.email,
  pendingEmail: row.pending_email,
  role: row.role === 'admin' ? 'ADMIN' : 'USER',
  status: row.deletion_at ? 'DELETING' : 'ACTIVE',
  firstName: row.first_name,
  lastName: row.last_name,
  company: row.company,
  phone: row.phone,
  timezone: row.timezone,
  hasPassword: row.has_password,
  twoFactorEnabled: row.has_two_factor,
  deletionAt: row.deletion_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
})
