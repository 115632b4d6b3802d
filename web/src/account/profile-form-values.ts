import type { Profile, UpdateProfileBody } from '@portal/contract'

const fields = ['name', 'email', 'firstName', 'lastName', 'company', 'phone', 'timezone'] as const

/** The profile as text fields: empty where nothing is known. */
export type ProfileFormValues = Record<(typeof fields)[number], string>

/** The form of a profile; an address that awaits confirming is not in it. */
export const formOfProfile = (profile: Profile): ProfileFormValues => ({
  name: profile.name,
  email: profile.email,
  firstName: profile.firstName ?? '',
  lastName: profile.lastName ?? '',
  company: profile.company ?? '',
  phone: profile.phone ?? '',
  timezone: profile.timezone ?? '',
})

/** What of a form differs from the profile: only that is sent, empty fields as null. */
export function changesOf(profile: Profile, values: ProfileFormValues): UpdateProfileBody {
  const before = formOfProfile(profile)
  const changed = fields.filter((field) => values[field].trim() !== before[field])
  return Object.fromEntries(changed.map((field) => [field, values[field].trim() || null]))
}
