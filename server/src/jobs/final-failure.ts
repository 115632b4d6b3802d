/** What a handler throws when no further try can succeed: the job has failed, whatever tries it had left. */
export class FinalFailure extends Error {
  override name = 'FinalFailure'
}
