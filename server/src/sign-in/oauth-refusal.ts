/** An identity that is sound, and is not let in. */
export class OAuthRefusal extends Error {
  readonly problem:
    | 'email-unverified'
    | 'email-unusable'
    | 'sign-in-first'
    | 'linked-elsewhere'
    | 'already-linked'

  constructor(problem: OAuthRefusal['problem']) {
    super(`Not let in: ${problem}.`)
    this.problem = problem
  }
}
