import { Email, NewPassword, nameText, PlanId } from '@portal/contract'
import { z } from 'zod'

export { PlanId }

/** What a user is created from. */
export const NewUser = z.strictObject({
  email: Email,
  /** Null for somebody who signs in another way. */
  password: NewPassword.nullable(),
  name: nameText(100).optional(),
  verified: z.boolean().default(false),
  role: z.enum(['user', 'admin']).default('user'),
  plan: PlanId.optional(),
})
/** The same before it is checked and filled in. */
export type NewUser = z.input<typeof NewUser>
