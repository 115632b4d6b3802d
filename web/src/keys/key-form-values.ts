// What stands in the form of a key, and what of it goes to the API.
import { type ApiKey, CreateKeyBody, type KeyAccess, type Permission } from '@portal/contract'
import type { z } from 'zod'

/** Limits are empty where there is none; `expiry` is days from now, `never`, or `keep` for what it is. */
export type KeyFormValues = {
  name: string
  description: string
  permissions: Permission[]
  access: KeyAccess
  ipWhitelist: string[]
  rpmLimit: number | ''
  dailyLimit: number | ''
  monthlyLimit: number | ''
  expiry: string
}

export type KeyFormBody = z.input<typeof CreateKeyBody>

/** A key without limits, for chat and everything else. */
export const emptyKeyForm: KeyFormValues = {
  name: '',
  description: '',
  permissions: ['chat', 'images', 'vision'],
  access: 'models',
  ipWhitelist: [],
  rpmLimit: '',
  dailyLimit: '',
  monthlyLimit: '',
  expiry: 'never',
}

/** The form of a key that exists. */
export const formOfKey = (key: ApiKey): KeyFormValues => ({
  name: key.name,
  description: key.description ?? '',
  permissions: key.permissions,
  access: key.access,
  ipWhitelist: key.ipWhitelist,
  rpmLimit: key.rpmLimit ?? '',
  dailyLimit: key.dailyLimit ?? '',
  monthlyLimit: key.monthlyLimit ?? '',
  expiry: 'keep',
})

/** The body of a create or an update; `keep` leaves the expiry out. */
export const bodyOfForm = ({ expiry, ...values }: KeyFormValues): KeyFormBody => ({
  name: values.name.trim(),
  description: values.description.trim() || null,
  permissions: values.permissions,
  access: values.access,
  ipWhitelist: values.ipWhitelist.map((range) => range.trim()),
  rpmLimit: limitOf(values.rpmLimit),
  dailyLimit: limitOf(values.dailyLimit),
  monthlyLimit: limitOf(values.monthlyLimit),
  ...(expiry !== 'keep' && { expiresInDays: expiry === 'never' ? null : Number(expiry) }),
})

const limitOf = (value: number | ''): number | null => (value === '' ? null : value)

const demands: Record<string, string> = {
  name: 'Enter a name of at most 100 characters.',
  description: 'Use at most 500 characters.',
  permissions: 'Choose at least one.',
  ipWhitelist: 'Enter addresses or ranges such as 203.0.113.7 or 10.0.0.0/8, 100 at most.',
  rpmLimit: 'Enter a whole number from 1 to 100,000, or nothing.',
  dailyLimit: 'Enter a whole number above 0, or nothing.',
  monthlyLimit: 'Enter a whole number above 0, or nothing.',
  expiresInDays: 'Choose from 1 to 3,650 days.',
}

/** What is wrong with a form by the contract's own rules, by field. */
export function problemsOfForm(values: KeyFormValues): Record<string, string> {
  const parsed = CreateKeyBody.safeParse(bodyOfForm(values))
  if (parsed.success) return {}
  return Object.fromEntries(
    parsed.error.issues.map(({ path: [field], message }) => {
      const name = String(field)
      return [name === 'expiresInDays' ? 'expiry' : name, demands[name] ?? message]
    }),
  )
}
