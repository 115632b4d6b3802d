import { portalPath } from '@portal/contract'

/** Where to go after signing in: the path that was wanted, where it is one of ours; else the start. */
export function safeReturnPath(next: string | undefined): string {
  const path = portalPath(next ?? '') ?? '/'
  return /^\/(sign-in|sign-up)([/?#]|$)/.test(path) ? '/' : path
}
