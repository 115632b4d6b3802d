import type { Throttle } from '../throttle/index.ts'

const hourMs = 3_600_000

/** By organisation, each. */
export const testing: Throttle = { name: 'alert-test', max: 10, windowMs: hourMs }
export const pinging: Throttle = { name: 'webhook-ping', max: 20, windowMs: hourMs }
export const redelivering: Throttle = { name: 'redelivery', max: 60, windowMs: hourMs }

/** How long what was deleted can be brought back. */
export const restorableMs = 24 * hourMs
/** How long what was sent, and what alerts have said, can be looked up. */
export const deliveriesKeptMs = 30 * 24 * hourMs
export const eventsKeptMs = 400 * 24 * hourMs
