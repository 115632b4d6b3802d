/** Where to go after signing in: the path that was wanted, where it is one of ours; else the start. */
export function safeReturnPath(next: string | undefined): string {
  if (!next || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return '/'
  return /^\/(sign-in|sign-up)([/?#]|$)/.test(next) ? '/' : next
}
