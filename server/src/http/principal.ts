import type { OrganisationId, Permission, UserId } from '@portal/contract'

/** What an organisation's plan allows. Null is unlimited everywhere. */
export type Entitlements = {
  tier: 'FREE' | 'PRO' | 'ENTERPRISE'
  tokensPerMonth: number | null
  /** 100 stops at the allotment, 200 goes on to twice of it. */
  tokenCeilingPercent: number
  keysMax: number | null
  parallelMax: number | null
  requestsPerMinute: number | null
  /** Milliseconds since 1970: billing periods are counted in months from here. */
  billingAnchorAt: number
}

/** What the key in use may do. */
export type KeyGrant = {
  id: string
  permissions: readonly Permission[]
  access: 'full' | 'models' | 'read'
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

/** Who is asking, once that is known. */
export type Principal = {
  userId: UserId
  organisationId: OrganisationId
  entitlements: Entitlements
  /** Null when a signed-in person asks without a key. */
  key: KeyGrant | null
}
