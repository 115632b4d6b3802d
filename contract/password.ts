import { z } from 'zod'

const lengthMin = 12
// Long enough for any passphrase, short enough that hashing it is not an attack.
const lengthMax = 256

const classes: readonly [RegExp, string][] = [
  [/\p{Lu}/u, 'an uppercase letter'],
  [/\p{Ll}/u, 'a lowercase letter'],
  [/\p{Nd}/u, 'a digit'],
  [/[^\p{L}\p{N}]/u, 'a special character'],
]

/** What a password lacks, as a sentence; null where it will do. */
export function passwordProblem(password: string): string | null {
  const length = [...password].length
  if (length < lengthMin) return `Use a password of at least ${lengthMin} characters.`
  if (length > lengthMax) return `Use a password of at most ${lengthMax} characters.`
  const lacking = classes.filter(([pattern]) => !pattern.test(password)).map(([, name]) => name)
  if (lacking.length > 0) return `The password also needs ${new Intl.ListFormat('en').format(lacking)}.`
  if (isCommon(password)) return 'This password is one of the first that are tried. Choose another.'
  return null
}

/** What every password must have, and whether this one does: for whoever is typing it. */
export const passwordDemands = (password: string): { demand: string; isMet: boolean }[] => [
  { demand: `at least ${lengthMin} characters`, isMet: [...password].length >= lengthMin },
  ...classes.map(([pattern, demand]) => ({ demand, isMet: pattern.test(password) })),
]

// What guessing lists begin with, once the year or the "123!" at its end is gone and "@" reads as "a".
const commonWords = new Set([
  ...['password', 'passwort', 'passwordpassword', 'mypassword', 'newpassword', 'thepassword', 'passphrase'],
  ...['secret', 'topsecret', 'letmein', 'letmeinnow', 'changeme', 'changemenow', 'welcome', 'welcomeback'],
  ...['hello', 'helloworld', 'iloveyou', 'trustnoone', 'whatever', 'football', 'baseball', 'basketball'],
  ...['superman', 'batman', 'dragon', 'monkey', 'princess', 'sunshine', 'starwars', 'shadow', 'master'],
  ...['admin', 'administrator', 'root', 'user', 'guest', 'test', 'testing', 'default', 'login', 'company'],
  ...[
    'qwerty',
    'qwertyuiop',
    'qwertyui',
    'qwertz',
    'qwertzuiop',
    'azerty',
    'azertyuiop',
    'asdfgh',
    'asdfghjkl',
  ],
  ...['zxcvbn', 'zxcvbnm', 'abc', 'abcd', 'abcdef', 'abcdefg', 'abcdefgh', 'abcdefghij', 'aa', 'a', ''],
  ...['spring', 'summer', 'autumn', 'winter', 'january', 'february', 'march', 'april', 'june', 'july'],
  ...['august', 'september', 'october', 'november', 'december', 'monday', 'friday', 'sunday'],
])
const keyboardWalks = /1qaz|2wsx|qazwsx|1q2w3e|q1w2e3|zaq1|xsw2|!qaz/

const lookAlikes: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
}

function isCommon(password: string): boolean {
  const lower = password.toLowerCase()
  const core = lower
    .replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
    .replace(/[@431!0$5]/g, (character) => lookAlikes[character] ?? character)
    .replace(/[^\p{L}]/gu, '')
  return commonWords.has(core) || keyboardWalks.test(lower)
}

/** A password that somebody chooses. */
export const NewPassword = z.string().superRefine((password, context) => {
  const problem = passwordProblem(password)
  if (problem) context.addIssue({ code: 'custom', message: problem })
})

/** A password that somebody gives: bounded, and otherwise any. */
export const GivenPassword = z.string().min(1).max(1024)
