import { z } from 'zod'

/** PostgreSQL takes neither NUL nor half a character. */
const isStorable = (value: string): boolean => value.isWellFormed() && !value.includes('\0')
const storableDemand = 'Contains characters that are not text.'

/** Text as people write it: trimmed, and storable as it is. */
export const text = (lengthMax: number) => z.string().trim().max(lengthMax).refine(isStorable, storableDemand)

/** The same with the space around it, which may mean something. */
export const exactText = (lengthMax: number) => z.string().max(lengthMax).refine(isStorable, storableDemand)

/** A name as it is shown in one line. */
export const nameText = (lengthMax: number) =>
  text(lengthMax)
    .min(1)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'Write it on one line.')

const emailDemand = 'Enter an e-mail address such as you@example.com.'

/** An e-mail address as it is stored and looked up: one mailbox, in lower case. */
export const Email = z.string().trim().toLowerCase().pipe(z.email(emailDemand).max(254, emailDemand))

/** What is wrong with an e-mail address; null where nothing is. */
export const emailProblem = (email: string): string | null =>
  Email.safeParse(email).success ? null : emailDemand

export const instant = z.iso.datetime()

/** An answer that says nothing but that it was done. */
export const Done = z.object({ success: z.literal(true) })
