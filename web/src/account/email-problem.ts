import { Email } from '@portal/contract'

/** What is wrong with an e-mail address, if anything. */
export const emailProblem = (email: string): string | null =>
  Email.safeParse(email).success ? null : 'Write an e-mail address such as you@example.com.'
