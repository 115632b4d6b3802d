import type { Throttle } from '../throttle/index.ts'

const minuteMs = 60_000

/** By organisation. */
export const inviting: Throttle = { name: 'invitation', max: 30, windowMs: 60 * minuteMs }
/** By invitation. */
export const resending: Throttle = { name: 'invitation-resent', max: 3, windowMs: 60 * minuteMs }
/** By client address. */
export const usingInvitations: Throttle = { name: 'invitation-link', max: 60, windowMs: 15 * minuteMs }
