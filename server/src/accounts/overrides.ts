import { Overrides } from '@portal/contract'
import type { Entitlements } from '../http/index.ts'

/** What of an organisation's overrides counts at an instant, in place of what its plan says. */
export function overridesInForce(stored: unknown, atMs: number): Partial<Entitlements> {
  const parsed = Overrides.safeParse(stored)
  if (!parsed.success) return {}
  const inForce = Object.entries(parsed.data).filter(
    ([, override]) => override && (override.until === null || Date.parse(override.until) > atMs),
  )
  return Object.fromEntries(inForce.map(([name, override]) => [name, override?.value ?? null]))
}
