import { CreateKeyBody } from '@portal/contract'
import { z } from 'zod'
import { PlanId, type User } from '../accounts/index.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { ownerInPerson, type Principal } from '../http/index.ts'
import { backup, restore } from './backup-commands.ts'
import { type AdminPortal, openPortal } from './open-portal.ts'
import { type CommandShape, columns } from './options.ts'

/** An operator's command, its options still to be read. */
export type Command = CommandShape & {
  /** Asks for what the options leave open and turns them into what is to be done; its lines go to stdout. */
  prepare: (options: Record<string, unknown>, readPassword: ReadPassword) => Promise<Act>
}

/** Does it; each line is told once it is true. */
export type Act = (config: Config, tell: (line: string) => void) => Promise<void>
type ReadPassword = () => Promise<string>

type Definition<Options extends z.ZodObject> = CommandShape & {
  options: Options
  /** Resolves to the password that `run` gets; before anything is opened, so that nothing waits for a person. */
  ask?: (options: z.output<Options>, readPassword: ReadPassword) => Promise<string | null>
  run: (
    portal: AdminPortal,
    options: z.output<Options>,
    password: string | null,
  ) => Promise<readonly string[]>
}

/** Declares a command, its options typed by their schema. */
function command<Options extends z.ZodObject>({ ask, run, ...shape }: Definition<Options>): Command {
  return {
    ...shape,
    async prepare(given, readPassword) {
      const options = given as z.output<Options>
      const password = (await ask?.(options, readPassword)) ?? null
      return async (config, tell) => {
        const portal = await openPortal(config)
        try {
          for (const line of await run(portal, options, password)) tell(line)
        } finally {
          await portal.close()
        }
      }
    },
  }
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
  summary: 'Make a user with an organisation of their own. Without a password, a link to set it is printed.',
  options: z
    .object({
      email,
      password: z
        .string()
        .optional()
        .meta({ description: 'For scripts: others see it, in the list of processes too.' }),
      'password-stdin': z
        .boolean()
        .optional()
        .meta({ description: 'Take the password from stdin, or ask for it.' }),
      'mail-link': z.boolean().optional().meta({
        description: 'Mail that link to the address instead.',
      }),
      name: z.string().optional().meta({ description: 'What to call them; else the start of the address.' }),
      verified: z.boolean().optional().meta({ description: 'The address is known to be theirs.' }),
      role: z
        .enum(['user', 'admin'])
        .optional()
        .meta({ value: 'user|admin', description: 'admin may operate the portal.' }),
      plan: plan
        .optional()
        .describe('Of their organisation; else Enterprise for the first, DEFAULT_PLAN for others.'),
    })
    .refine((given) => !(given['mail-link'] && (given['password-stdin'] || given.password)), {
      path: ['mail-link'],
      error: 'Whoever is given a password needs no link.',
    }),
  ask: async (options, readPassword) =>
    options['password-stdin'] ? readPassword() : (options.password ?? null),
  async run(portal, { 'password-stdin': _read, 'mail-link': isMailed = false, ...person }, password) {
    const { accounts, recovery, publicUrl } = portal
    let path = ''
    const { user, organisation } = await accounts.createUser({ ...person, password }, async (trx, made) => {
      if (password === null) path = await recovery.firstPasswordLink(trx, made.user, { isMailed })
    })
    const made = `Made ${user.email} (${user.id}), whose organisation is on the ${organisation.planId} plan.`
    if (password !== null) return [made]
    if (isMailed) return [`${made} A link to set the password is mailed.`]
    return [`${made} Whoever opens this sets the password, once and within a day:`, publicUrl + path]
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
  const { id: userId } = await requireUser(accounts, address)
  const { id: organisationId } = await accounts.organisationOf(userId)
  const entitlements = await accounts.entitlementsOf(organisationId)
  return { userId, organisationId, entitlements, key: null, person: ownerInPerson }
}

async function requireUser(accounts: AdminPortal['accounts'], address: string): Promise<User> {
  const user = await accounts.findUserByEmail(address)
  if (!user) throw new AppError('not_found', { message: `There is no user with the address ${address}.` })
  return user
}

const resetTwoFactor = command({
  summary: 'Turn two-factor sign-in off for somebody who cannot give a code any more.',
  options: z.object({ email }),
  async run({ accounts, recovery }, options) {
    const user = await requireUser(accounts, options.email)
    const { sessionsEnded } = await recovery.turnOffTwoFactor(user.id)
    const devices = sessionsEnded === 1 ? '1 device was' : `${sessionsEnded} devices were`
    return [
      `Two-factor sign-in of ${user.email} is off, and its backup codes are gone. ${devices} signed out.`,
      'Password, linked accounts and passkeys are as they were. A mail tells them of it.',
    ]
  },
})

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
  'reset-2fa': resetTwoFactor,
  backup,
  restore,
  migrate,
}
