import { AppError } from '../errors.ts'
import type { CallOutcome, MeteredCall } from '../gateway/index.ts'
import { bytesPerMs } from './limits.ts'
import type { Recogniser } from './recogniser.ts'

type UtteranceTerms = {
  number: number
  recogniser: Recogniser
  language: string | null
  /** Takes its place among the limits. */
  open: () => Promise<MeteredCall>
  onInterim: (text: string) => void
  onRefused: (error: unknown) => void
}

type Attempt = { text: Promise<string>; abort: () => void }

// Between two texts in passing there is so much new sound at least: each takes all of the utterance again.
const interimStepMs = 1500

/** What was said in one breath, from its first sound to its text and its row in the ledger. */
export class Utterance {
  readonly number: number
  readonly #terms: UtteranceTerms
  readonly #call: Promise<MeteredCall>
  readonly #sounds: Buffer[] = []
  readonly #tally = { attempts: 0, inputTokens: 0, outputTokens: 0 }
  #bytes = 0
  #latest: Attempt | null = null
  #latestBytes = 0
  #hasNews = true
  #isOver = false

  /** It is let in, or refused, before it is heard to its end. */
  constructor(terms: UtteranceTerms) {
    this.number = terms.number
    this.#terms = terms
    this.#call = terms.open()
    this.#call.catch(terms.onRefused)
  }

  get seconds(): number {
    return this.#audioMs / 1000
  }

  /** Takes what was said next. */
  hear(pcm: Buffer, isSpeech: boolean): void {
    this.#sounds.push(pcm)
    this.#bytes += pcm.length
    this.#hasNews ||= isSpeech
  }

  /** The speaker paused: what was said so far becomes text in passing. */
  pause(): void {
    const isSoon = this.#latest && this.#bytes - this.#latestBytes < interimStepMs * bytesPerMs
    if (!this.#hasNews || isSoon) return
    const made = this.#attempt()
    made.text.then(
      (text) => {
        if (made === this.#latest && !this.#isOver) this.#terms.onInterim(text)
      },
      // The end tries again.
      () => {
        if (made === this.#latest) this.#hasNews = true
      },
    )
  }

  /**
   * The text of all of it, once its row is committed; null where it was not let in.
   * @throws AppError as the recogniser does, unavailable
   */
  async finish(): Promise<{ text: string; requestId: string } | null> {
    const call = await this.#call.catch(() => null)
    return call && this.#conclude(call)
  }

  /** Gives it up, at whatever point it is; resolves when its row is settled. */
  async cancel(status: 'client_cancelled' | 'portal_error'): Promise<void> {
    this.#isOver = true
    const call = await this.#call.catch(() => null)
    const settled = call?.settle(this.#outcome(status, status === 'portal_error' ? 'draining' : null))
    this.#latest?.abort()
    await settled?.catch(() => {})
  }

  async #conclude({ requestId, settle }: MeteredCall) {
    try {
      // What was made in a pause stands, where nothing was said since.
      const { text } = this.#latest && !this.#hasNews ? this.#latest : this.#attempt()
      const said = { text: await text, requestId }
      await settle(this.#outcome('ok', null))
      return said
    } catch (error) {
      const failure = error instanceof AppError ? error : new AppError('unavailable', { cause: error })
      const status = failure.code.startsWith('upstream_') ? 'upstream_error' : 'portal_error'
      // Settled already where that is what failed.
      await settle(this.#outcome(status, failure.code)).catch(() => {})
      throw failure
    } finally {
      this.#isOver = true
    }
  }

  #attempt(): Attempt {
    this.#latest?.abort()
    const controller = new AbortController()
    this.#hasNews = false
    this.#latestBytes = this.#bytes
    const text = this.#recognised(Buffer.concat(this.#sounds), controller.signal)
    text.catch(() => {})
    this.#latest = { text, abort: () => controller.abort() }
    return this.#latest
  }

  async #recognised(pcm: Buffer, signal: AbortSignal): Promise<string> {
    await this.#call
    signal.throwIfAborted()
    this.#tally.attempts += 1
    const { recogniser, language } = this.#terms
    const { text, inputTokens, outputTokens } = await recogniser.recognise(pcm, { language, signal })
    this.#tally.inputTokens += inputTokens
    this.#tally.outputTokens += outputTokens
    return text
  }

  get #audioMs(): number {
    return Math.round(this.#bytes / bytesPerMs)
  }

  #outcome(status: CallOutcome['status'], errorCode: string | null): CallOutcome {
    return { status, errorCode, ...this.#tally, audioMs: this.#audioMs }
  }
}
