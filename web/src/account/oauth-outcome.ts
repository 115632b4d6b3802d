import { OAuthProvider } from '@portal/contract'

/** The providers as people know them. */
export const providerNames: Record<OAuthProvider, string> = { google: 'Google', github: 'GitHub' }

const problems: Record<string, (name: string) => string> = {
  denied: (name) => `You did not let ${name} sign you in. Try again, or sign in another way.`,
  'email-unverified': (name) =>
    `${name} has not confirmed your e-mail address. Confirm it there, or sign in with your password.`,
  'email-unusable': (name) =>
    `The e-mail address that you have at ${name} cannot be used here. Sign up with another one.`,
  'sign-in-first': (name) =>
    `There is an account with this address. Sign in to it first, then link ${name} in Settings, Security.`,
  conflict: (name) =>
    `Somebody signed in with this ${name} account, or with its address, at the same time. Try again.`,
  'switched-off': () => 'New people cannot sign up here for now. Ask whoever runs the portal.',
  'account-suspended': () => 'Your account is suspended. Ask whoever runs the portal.',
  'permission-denied': () => 'You are in no organisation. Ask for an invitation.',
  'linked-elsewhere': (name) =>
    `This ${name} account is a way into another account here. Unlink it there, or take another.`,
  'already-linked': (name) => `You have a ${name} account linked already. Unlink it first.`,
}

/** Why coming back from Google or GitHub did not work, as a sentence; null where the address names no error. */
export function oauthProblem(error: string | undefined, provider: string | undefined): string | null {
  if (!error) return null
  const known = OAuthProvider.safeParse(provider)
  const problem = problems[error]
  if (known.success && problem) return problem(providerNames[known.data])
  const where = known.success ? `with ${providerNames[known.data]}` : 'elsewhere'
  return `Signing in ${where} did not work. Try again, or sign in another way.`
}
