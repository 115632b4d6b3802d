import { OAuthProvider } from '@portal/contract'

type LinkedAccount = { providerId: 'credential' | OAuthProvider; email: string | null }

/** A way in other than the password; `account` where it is linked. */
export type WayIn = { provider: OAuthProvider; account: LinkedAccount | undefined }

/** Every provider that is offered or linked: what is linked can be unlinked also where it is offered no more. */
export function waysInOf(accounts: readonly LinkedAccount[], offered: readonly OAuthProvider[]): WayIn[] {
  return OAuthProvider.options
    .map((provider) => ({ provider, account: accounts.find(({ providerId }) => providerId === provider) }))
    .filter(({ provider, account }) => account !== undefined || offered.includes(provider))
}
