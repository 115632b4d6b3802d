import type { OrganisationId, OrganisationRole, Permission, SessionId, UserId } from '@portal/contract'

/** What an organisation's plan allows. Null is unlimited everywhere. */
export type Entitlements = {
  tier: 'FREE' | 'PRO' | 'ENTERPRISE'
  tokensPerMonth: number | null
  /** 100 stops at the allotment, 200 goes on to twice of it. */
  tokenCeilingPercent: number
  keysMax: number | null
  /** Bytes of files. */
  storageBytesMax: number | null
  parallelMax: number | null
  requestsPerMinute: number | null
  /** Of a UTC day. */
  tokensPerDay: number | null
  /** Milliseconds since 1970: billing periods are counted in months from here. */
  billingAnchorAt: number
  /** Nothing is allowed but reading. */
  isSuspended: boolean
}

/** What the key in use may do. */
export type KeyGrant = {
  id: string
  permissions: readonly Permission[]
  access: 'full' | 'models' | 'read'
  /** What its owner is in the organisation: no key goes beyond that. */
  role: OrganisationRole
  /** Addresses and CIDR ranges it may be used from; empty is anywhere. */
  ipWhitelist: readonly string[]
  /** The same as a test, made once for each key. */
  allowsAddress: (address: string) => boolean
  dailyLimit: number | null
  monthlyLimit: number | null
  rpmLimit: number | null
  /** Milliseconds since 1970. */
  expiresAt: number | null
}

/** Somebody who asks without a key. */
export type Person = {
  /** Null where the portal itself acts for them. */
  sessionId: SessionId | null
  /** When they signed in, in milliseconds since 1970; null where the portal itself acts for them. */
  signedInAtMs: number | null
  role: OrganisationRole
  /** Whether they run this portal. */
  isAdministrator: boolean
  /** The administrator who is signed in as them; null where they are there themselves. */
  impersonatorId: UserId | null
}

/** Who is asking, once that is known: with a key, or in person. */
export type Principal = {
  userId: UserId
  organisationId: OrganisationId
  entitlements: Entitlements
  key: KeyGrant | null
  person: Person | null
}

/** Whether it is somebody: themselves, or an administrator who is signed in as another. */
export const isActedBy = ({ userId, person }: Principal, id: string): boolean =>
  userId === id || person?.impersonatorId === id

/** An organisation's owner, for whom the portal itself acts. */
export const ownerInPerson: Person = {
  sessionId: null,
  signedInAtMs: null,
  role: 'owner',
  isAdministrator: false,
  impersonatorId: null,
}
