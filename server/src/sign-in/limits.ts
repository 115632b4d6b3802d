import type { Throttle } from '../throttle/index.ts'

const minuteMs = 60_000

/** By client address. */
export const registering: Throttle = { name: 'register', max: 5, windowMs: 15 * minuteMs }
export const resending: Throttle = { name: 'resend-verification', max: 3, windowMs: 5 * minuteMs }
export const forgetting: Throttle = { name: 'forgot-password', max: 3, windowMs: 15 * minuteMs }
export const usingLinks: Throttle = { name: 'mail-link', max: 20, windowMs: 15 * minuteMs }
export const signingIn: Throttle = { name: 'sign-in', max: 50, windowMs: 15 * minuteMs }
export const askingPasskeys: Throttle = { name: 'passkey-options', max: 100, windowMs: 15 * minuteMs }
/** By account and where it is tried from. */
export const guessing: Throttle = { name: 'password', max: 10, windowMs: 15 * minuteMs }
/** By account and what the link is for: a link that is not sent leaves the one before it working. */
export const askingForLinks: Throttle = { name: 'asked-for-link', max: 8, windowMs: 60 * minuteMs }
export const linkSubject = (userId: string, purpose: string): string => `${userId} ${purpose}`
/** By account. */
export const changingEmail: Throttle = { name: 'change-email', max: 5, windowMs: 15 * minuteMs }
