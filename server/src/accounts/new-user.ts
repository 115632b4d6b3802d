import { z } from 'zod'
import { passwordProblem } from './password.ts'

/** An e-mail address as it is stored and looked up: in lower case. */
export const Email = z.string().trim().toLowerCase().pipe(z.email('Not an e-mail address.').max(254))

const Password = z.string().superRefine((password, context) => {
  const problem = passwordProblem(password)
  if (problem) context.addIssue({ code: 'custom', message: problem })
})

/** The plans there are, by id. */
export const PlanId = z.enum(['free', 'pro', 'enterprise'])
export type PlanId = z.infer<typeof PlanId>

/** What a user is created from. */
export const NewUser = z.strictObject({
  email: Email,
  password: Password,
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((name) => name.isWellFormed() && !name.includes('\0'), 'Contains characters that are not text.')
    .optional(),
  verified: z.boolean().default(false),
  role: z.enum(['user', 'admin']).default('user'),
  plan: PlanId.optional(),
})
export type NewUser = z.input<typeof NewUser>
