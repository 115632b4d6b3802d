/** Who somebody is elsewhere. Only `subject` never changes. */
export type Identity = {
  subject: string
  email: string | null
  /** Whether the other side says that it checked the address. */
  isEmailVerified: boolean
  name: string | null
}

/** What the browser has to bring back, kept from the way there. */
export type Checks = { state: string; codeVerifier: string; nonce: string }

/** A site that people sign in with (OAuth 2.0 with PKCE, RFC 7636). */
export type OAuthClient = {
  /** Where to send the browser, and what to check it by when it comes back to `redirectUri`. */
  begin: (redirectUri: string) => Promise<{ url: string; checks: Checks }>
  /**
   * Who came back: `url` is the address they came back to, with its query.
   * @throws OAuthFailure
   */
  finish: (url: URL, checks: Checks) => Promise<Identity>
}

/** `denied` where the person said no, `failed` where the other side or the way back cannot be trusted or reached. */
export class OAuthFailure extends Error {
  readonly kind: 'denied' | 'failed'

  constructor(kind: OAuthFailure['kind'], options?: ErrorOptions) {
    super(`Signing in elsewhere ${kind === 'denied' ? 'was denied' : 'failed'}.`, options)
    this.kind = kind
  }
}
