import type { SignedInUser } from '@portal/contract'
import type { PersonRow } from './store.ts'

/** Somebody as their own pages show them. */
export const signedInUser = (row: PersonRow): SignedInUser => ({
  id: row.id,
  name: row.name,
  email: row.email,
  emailVerified: row.email_verified,
  image: row.image,
  role: row.role === 'admin' ? 'ADMIN' : 'USER',
  twoFactorEnabled: row.two_factor_since !== null,
  createdAt: row.created_at.toISOString(),
})
