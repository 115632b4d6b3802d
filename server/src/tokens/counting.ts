import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'

/** Texts to count; the count may stop once it has passed `stopAt`. */
export type CountJob = { id: number; texts: string[]; stopAt: number }
/** How many tokens the texts of the job with the id have. */
export type Counted = { id: number; tokens: number }

// Text that spells a special token is still just text.
const plain = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }

// The encoder takes quadratic time on text without spaces. A cut costs at most one token too many.
const pieceCharacters = 1024
// Beyond this the rest is taken to be like what was counted: a book is no reason to wait for seconds.
const countedCharactersMax = 256 * 1024

/** Counts several jobs side by side, a piece of each in turn. */
export function createCounting() {
  const jobs = new Map<number, { tokens: number; counted: number; pieces: Iterator<string>; job: CountJob }>()
  return {
    add(job: CountJob): void {
      jobs.set(job.id, { tokens: 0, counted: 0, pieces: piecesOf(job.texts), job })
    },
    get hasJobs() {
      return jobs.size > 0
    },
    /** Takes every job one piece further; the ones that are done leave. */
    advance(): Counted[] {
      const done: Counted[] = []
      for (const [id, state] of jobs) {
        const { value: piece, done: isAtEnd } = state.pieces.next()
        if (!isAtEnd) {
          state.tokens += countTokens(piece, plain)
          state.counted += piece.length
        }
        if (!isAtEnd && state.counted < countedCharactersMax && state.tokens <= state.job.stopAt) continue
        jobs.delete(id)
        done.push({ id, tokens: isAtEnd ? state.tokens : wholeFrom(state) })
      }
      return done
    },
  }
}

function* piecesOf(texts: string[]): Iterator<string> {
  for (const text of texts) {
    for (let at = 0; at < text.length; at += pieceCharacters) yield text.slice(at, at + pieceCharacters)
  }
}

function wholeFrom({ tokens, counted, job }: { tokens: number; counted: number; job: CountJob }): number {
  const characters = job.texts.reduce((sum, { length }) => sum + length, 0)
  return Math.ceil((tokens * characters) / counted)
}
