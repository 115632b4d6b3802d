import type {
  ActingOrganisation,
  Impersonation,
  OrganisationId,
  Session,
  SessionId,
  UserId,
} from '@portal/contract'
import { entitlementsFromRow } from '../accounts/index.ts'
import type { Principal } from '../http/index.ts'
import type { findSession, SessionRow } from './store.ts'

const dayMs = 86_400_000
const idleMsMax = 30 * dayMs
const ageMsMax = 180 * dayMs

/** When a session ends that is used now: a while after, and some day in any case. */
export const expiryOf = (createdAt: Date, at: Date): Date =>
  new Date(Math.min(at.getTime() + idleMsMax, createdAt.getTime() + ageMsMax))

/** A session that is looked up for every request, and whom it stands for. */
export type KnownSession = {
  id: SessionId
  createdAt: Date
  expiresAtMs: number
  /** Whether it can be lengthened: what an administrator does in somebody's name ends when it was said to. */
  isRenewable: boolean
  principal: Principal
}

type FoundSession = NonNullable<Awaited<ReturnType<typeof findSession>>>

/** A session as it is kept in the cache. */
export const knownSession = (row: FoundSession): KnownSession => ({
  id: row.id as SessionId,
  createdAt: row.created_at,
  expiresAtMs: row.expires_at.getTime(),
  isRenewable: row.impersonator_id === null,
  principal: {
    userId: row.user_id as UserId,
    organisationId: row.organisation_id as OrganisationId,
    entitlements: entitlementsFromRow(row),
    key: null,
    person: {
      sessionId: row.id as SessionId,
      signedInAtMs: row.created_at.getTime(),
      role: row.member_role,
      isAdministrator: row.user_role === 'admin',
      impersonatorId: row.impersonator_id as UserId | null,
    },
  },
})

/** The organisation that a session acts for. */
export const actingOrganisation = (row: FoundSession): ActingOrganisation => ({
  id: row.organisation_id,
  name: row.organisation_name,
  role: row.member_role,
  tier: row.tier,
})

/** Whose hands a session is in, where it is not its owner's. */
export const impersonationOf = (row: FoundSession): Impersonation | null =>
  row.impersonator_id === null
    ? null
    : {
        administrator: { id: row.impersonator_id, name: row.impersonator_name ?? '' },
        until: row.expires_at.toISOString(),
      }

/** A session as its owner sees it, looking at it from the one with the id. */
export const sessionFromRow = (row: SessionRow, currentId: string): Session => ({
  id: row.id,
  userId: row.user_id,
  organisationId: row.organisation_id,
  method: row.method,
  ipAddress: row.ip_address,
  userAgent: row.user_agent,
  createdAt: row.created_at.toISOString(),
  lastSeenAt: row.last_seen_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  current: row.id === currentId,
})
