import type { MeteredCall } from '../gateway/index.ts'
import { voiceLimits } from './limits.ts'
import type { Recogniser } from './recogniser.ts'
import { createSegmenter, type Segment } from './segmenter.ts'
import { Utterance } from './utterance.ts'

/** Hears what becomes of the sound, in its order. */
export type TranscriptListener = {
  onSpeech(): void
  onInterim(utterance: number, text: string): void
  onFinal(said: { utterance: number; text: string; seconds: number; requestId: string }): void
  /** An utterance that will have no text. */
  onFailure(utterance: number, error: unknown): void
  /** It is not behind any more. */
  onCaughtUp(): void
}

type TranscriberTerms = {
  recogniser: Recogniser
  language: string | null
  open: () => Promise<MeteredCall>
  listener: TranscriptListener
}

/** Turns one speaker's sound into text as it comes: cut by voice activity, one utterance after the other. */
export class Transcriber {
  readonly #terms: TranscriberTerms
  readonly #segmenter = createSegmenter()
  readonly #unsettled = new Set<Utterance>()
  #current: Utterance | null = null
  #begun = 0
  #waiting = 0
  #isAborted = false
  #tail: Promise<void> = Promise.resolve()

  constructor(terms: TranscriberTerms) {
    this.#terms = terms
  }

  /** Whether so much waits for its text that more should not be sent. */
  get isBehind(): boolean {
    return this.#waiting >= voiceLimits.waitingMax
  }

  /** How many utterances were begun. */
  get begun(): number {
    return this.#begun
  }

  /** Takes the next sound. */
  feed(pcm: Buffer): void {
    for (const segment of this.#segmenter.feed(pcm)) this.#take(segment)
  }

  /** Resolves when all that was said is text, or has failed. */
  async finish(): Promise<void> {
    for (const segment of this.#segmenter.flush()) this.#take(segment)
    await this.#tail
  }

  /** Gives up whatever is under way, at once; resolves when every row is settled. */
  async abort(status: 'client_cancelled' | 'portal_error'): Promise<void> {
    this.#isAborted = true
    await Promise.all([...this.#unsettled].map((utterance) => utterance.cancel(status)))
    await this.#tail
  }

  #take(segment: Segment): void {
    if (segment.kind === 'begin') this.#begin()
    else if (segment.kind === 'sound') this.#hear(segment)
    else if (segment.kind === 'end') this.#end()
    // Text in passing waits for nobody, and nobody waits for it.
    else if (this.#waiting === 0) this.#current?.pause()
  }

  #begin(): void {
    const { listener, ...terms } = this.#terms
    this.#begun += 1
    const number = this.#begun
    this.#current = new Utterance({
      ...terms,
      number,
      onInterim: (text) => listener.onInterim(number, text),
      onRefused: (error) => {
        if (!this.#isAborted) listener.onFailure(number, error)
      },
    })
    this.#unsettled.add(this.#current)
  }

  #hear({ pcm, isSpeech }: { pcm: Buffer; isSpeech: boolean }): void {
    this.#current?.hear(pcm, isSpeech)
    if (isSpeech) this.#terms.listener.onSpeech()
  }

  #end(): void {
    const utterance = this.#current
    this.#current = null
    if (!utterance) return
    this.#waiting += 1
    this.#tail = this.#tail.then(() => this.#conclude(utterance))
  }

  async #conclude(utterance: Utterance): Promise<void> {
    const { listener } = this.#terms
    try {
      const said = this.#isAborted ? null : await utterance.finish()
      const { number, seconds } = utterance
      if (said && !this.#isAborted) listener.onFinal({ utterance: number, seconds, ...said })
    } catch (error) {
      if (!this.#isAborted) listener.onFailure(utterance.number, error)
    }
    this.#unsettled.delete(utterance)
    this.#waiting -= 1
    if (this.#waiting === voiceLimits.waitingMax - 1) listener.onCaughtUp()
  }
}
