import { safeReturnPath } from './return-path.ts'

const place = 'portal-return-path'

/** Keeps where somebody wanted to go while they follow the link in their mail, in this browser. */
export function keepReturnPath(email: string, path: string): void {
  if (path === '/') localStorage.removeItem(place)
  else localStorage.setItem(place, JSON.stringify({ email, path }))
}

/** Where whoever signed up with this address wanted to go, as the sign-in page takes it. */
export function keptReturnPath(email: string): { next?: string } {
  const kept = keptOf(localStorage.getItem(place))
  if (kept?.email !== email) return {}
  const next = safeReturnPath(kept.path)
  return next === '/' ? {} : { next }
}

/** Forgets the path once somebody went there. */
export function forgetReturnPath(path: string): void {
  if (keptOf(localStorage.getItem(place))?.path === path) localStorage.removeItem(place)
}

function keptOf(text: string | null): { email: string; path: string } | null {
  try {
    const kept = JSON.parse(text ?? 'null')
    return typeof kept?.email === 'string' && typeof kept.path === 'string' ? kept : null
  } catch {
    return null
  }
}
