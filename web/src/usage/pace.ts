import type { UsageOfPlan } from '@portal/contract'

type Pace = Pick<UsageOfPlan, 'to'> & { tokens: UsageOfPlan['tokens'] }

/** When a plan's tokens are used up if the rest of its period is like the forecast; null where they suffice. */
export function usedUpAt({ to, tokens: { used, limit, forecast } }: Pace, now: number): Date | null {
  if (limit === null || forecast <= limit) return null
  if (used >= limit) return new Date(now)
  const share = (limit - used) / (forecast - used)
  return new Date(now + share * (Date.parse(to) - now))
}
