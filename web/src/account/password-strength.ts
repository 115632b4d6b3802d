import { passwordDemands, passwordProblem } from '@portal/contract'

/** From so many characters on, guessing takes longer than anybody has. */
const strongLength = 18

/** Nothing, weak, good or strong: by the rules, and then by length. */
export function strengthOf(password: string): { percent: number; name: string } {
  if (password === '') return { percent: 0, name: '' }
  if (passwordProblem(password)) {
    const demands = passwordDemands(password)
    const met = demands.filter(({ isMet }) => isMet).length
    return { percent: 10 + (40 * met) / demands.length, name: 'Not enough yet' }
  }
  return [...password].length < strongLength
    ? { percent: 75, name: 'Good' }
    : { percent: 100, name: 'Strong' }
}
