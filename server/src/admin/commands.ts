import { CreateKeyBody } from '@portal/contract'
import { z } from 'zod'
import { PlanId } from '../accounts/index.ts'
import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'
import type { AdminPortal } from './open-portal.ts'
import { type CommandShape, columns } from './options.ts'

/** An operator's command, its options still to be read. */
export type Command = CommandShape & {
  /** Turns options into what is to be done; the lines it resolves to go to stdout. */
  prepare: (options: Record<string, unknown>) => (portal: AdminPortal) => Promise<readonly string[]>
}

/** Declares a command, its options typed by their schema. */
function command<Options extends z.ZodObject>(definition: {
  summary: string
  options: Options
  run: (portal: AdminPortal, options: z.output<Options>) => Promise<readonly string[]>
}): Command {
  const { summary, options, run } = definition
  return { summary, options, prepare: (given) => (portal) => run(portal, given as z.output<Options>) }
}

const email = z.string().meta({ value: 'ADDRESS', description: 'E-mail address of the user.' })
const plan = PlanId.meta({ value: PlanId.options.join('|') })
const number = z
  .string()
  .regex(/^\d{1,15}$/, 'Expected a whole number.')
  .transform(Number)
const numberOrNone = z
  .string()
  .regex(/^(\d{1,15}|none)$/, 'Expected a whole number or "none".')
  .transform((text) => (text === 'none' ? null : Number(text)))
// Beneath the defaults: what is left out here, the body fills in.
const { shape: key } = CreateKeyBody

const createUser = command({
  summary: 'Make a user with an organisation of their own.',
  options: z.object({
    email,
    password: z.string().meta({ description: 'At least 12 characters of all four kinds.' }),
    name: z.string().optional().meta({ description: 'What to call them; else the start of the address.' }),
    verified: z.boolean().optional().meta({ description: 'The address is known to be theirs.' }),
    role: z
      .enum(['user', 'admin'])
      .optional()
      .meta({ value: 'user|admin', description: 'admin may operate the portal.' }),
    plan: plan
      .optional()
      .describe('Of their organisation; else Enterprise for the first, DEFAULT_PLAN for others.'),
  }),
  async run({ accounts }, options) {
    const { user, organisation } = await accounts.createUser(options)
    return [`Made ${user.email} (${user.id}), whose organisation is on the ${organisation.planId} plan.`]
  },
})

const createKey = command({
  summary:
    'Make an API key for a user’s organisation. The last line of the output is the key, shown this once.',
  options: z.object({
    email,
    name: key.name.meta({ description: 'Name of the key.' }),
    rpm: numberOrNone
      .pipe(key.rpmLimit.unwrap())
      .optional()
      .meta({ value: 'N|none', description: 'Requests a minute.' }),
    daily: numberOrNone
      .pipe(key.dailyLimit.unwrap())
      .optional()
      .meta({ value: 'N|none', description: 'Tokens a UTC day.' }),
    monthly: numberOrNone
      .pipe(key.monthlyLimit.unwrap())
      .optional()
      .meta({ value: 'N|none', description: 'Tokens a UTC month.' }),
    'expires-in-days': number
      .pipe(key.expiresInDays.unwrap().unwrap())
      .optional()
      .meta({ value: 'N', description: 'Else it never expires.' }),
    permissions: z
      .string()
      .transform((list) => list.split(',').map((item) => item.trim()))
      .pipe(key.permissions.unwrap())
      .optional()
      .meta({ value: 'chat,images,vision', description: 'Else all of them.' }),
    access: key.access.unwrap().optional().meta({ value: 'full|models|read', description: 'Else full.' }),
  }),
  async run({ accounts, keys }, options) {
    const body = CreateKeyBody.parse({
      name: options.name,
      rpmLimit: options.rpm,
      dailyLimit: options.daily,
      monthlyLimit: options.monthly,
      expiresInDays: options['expires-in-days'],
      permissions: options.permissions,
      access: options.access,
    })
    const created = await keys.createKey(await principalOf(accounts, options.email), body)
    return [`Made the key ${created.name} (${created.id}) for ${options.email}:`, created.key]
  },
})

async function principalOf(accounts: AdminPortal['accounts'], address: string): Promise<Principal> {
  const user = await accounts.findUserByEmail(address)
  if (!user) throw new AppError('not_found', { message: `There is no user with the address ${address}.` })
  const { id: organisationId } = await accounts.organisationOf(user.id)
  const entitlements = await accounts.entitlementsOf(organisationId)
  return { userId: user.id, organisationId, entitlements, key: null }
}

const listUsers = command({
  summary: 'List every user.',
  options: z.object({}),
  async run({ accounts }) {
    const users = await accounts.listUsers()
    const rows = users.map((user) => [
      user.email,
      user.name,
      user.planId,
      user.role,
      user.emailVerified ? 'yes' : 'no',
      user.createdAt.toISOString().slice(0, 10),
      user.id,
    ])
    return columns([['EMAIL', 'NAME', 'PLAN', 'ROLE', 'VERIFIED', 'SINCE', 'ID'], ...rows])
  },
})

const setPlan = command({
  summary: 'Put a user’s organisation on another plan; running servers follow at once.',
  options: z.object({ email, plan: plan.describe('The plan.') }),
  async run({ accounts }, options) {
    const { name, planId } = await accounts.setPlan(options)
    return [`The organisation ${name} is on the ${planId} plan now.`]
  },
})

const migrate = command({
  summary: 'Bring the database’s schema up to date. Every command and the server do so too.',
  options: z.object({}),
  run: async ({ migrated }) =>
    migrated.length > 0 ? migrated.map((name) => `Applied ${name}`) : ['The schema is up to date.'],
})

/** What `npm run admin --` offers, by name. */
export const commands: Record<string, Command> = {
  'create-user': createUser,
  'create-key': createKey,
  'list-users': listUsers,
  'set-plan': setPlan,
  migrate,
}
