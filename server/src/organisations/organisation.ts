import type { Invitation, InvitedRole, Member, Organisation } from '@portal/contract'
import type { InvitationRow } from './invitation-store.ts'
import { sightOf } from './policy.ts'
import type { MemberRow, MembershipRow } from './store.ts'

/** An organisation as somebody in it sees it who acts for the one with the id. */
export const organisationFromRow = (row: MembershipRow, actsFor: string): Organisation => ({
  id: row.id,
  name: row.name,
  role: row.role,
  tier: row.tier,
  memberCount: Number(row.member_count),
  current: row.id === actsFor,
  createdAt: row.created_at.toISOString(),
})

/** A member as somebody sees them. */
export function memberFromRow(row: MemberRow, by: { userId: string; role: MemberRow['role'] }): Member {
  const isSelf = row.user_id === by.userId
  const sight = sightOf(by.role)
  const seesSecurity = isSelf || sight.security
  return {
    userId: row.user_id,
    name: row.name,
    email: isSelf || sight.addresses ? row.email : null,
    role: row.role,
    joinedAt: row.created_at.toISOString(),
    twoFactorEnabled: seesSecurity ? row.two_factor_since !== null : null,
    lastSeenAt: (seesSecurity && row.last_seen_at?.toISOString()) || null,
  }
}

/** An invitation as managers see it. */
export const invitationFromRow = (row: InvitationRow): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role as InvitedRole,
  inviter: { id: row.inviter_id, name: row.inviter_name },
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
})
