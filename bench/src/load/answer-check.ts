import type { Calls } from './job.ts'
import type { Tally } from './tally.ts'

// A role chunk has an empty content; content that is something starts with another character than the quote.
const content = /"content":"[^"]/

/** Times one answer and says whether it was whole. */
export class AnswerCheck {
  readonly #calls: Calls
  readonly #tally: Tally
  readonly #sentAt = performance.now()
  #lastAt = 0
  #status = 0
  #text = ''

  constructor(calls: Calls, tally: Tally) {
    this.#calls = calls
    this.#tally = tally
  }

  get hasContent(): boolean {
    return this.#lastAt > 0
  }

  status(status: number): void {
    this.#status = status
  }

  body(bytes: Buffer): void {
    const text = bytes.toString('latin1')
    this.#text += text
    if (!this.#calls.stream || !content.test(text)) return
    const now = performance.now()
    if (this.#lastAt > 0) this.#tally.gap.push(now - this.#lastAt)
    else this.#tally.firstContent.push(now - this.#sentAt)
    this.#lastAt = now
  }

  /** Null when the answer is whole, else what is wrong with it. */
  end(): string | null {
    this.#tally.total.push(performance.now() - this.#sentAt)
    if (this.#status !== 200) return `status ${this.#status}: ${this.#text.slice(0, 160)}`
    return this.#calls.stream ? this.#streamFault() : this.#bodyFault()
  }

  #streamFault(): string | null {
    if (!this.#text.includes('data: [DONE]')) return 'a stream without [DONE]'
    const frames = this.#text.split(/"content":"[^"]/).length - 1
    return frames === this.#calls.frames
      ? null
      : `a stream of ${frames} instead of ${this.#calls.frames} frames`
  }

  #bodyFault(): string | null {
    try {
      const { choices } = JSON.parse(this.#text)
      return choices[0].message.content.length > 0 ? null : 'an empty answer'
    } catch {
      return 'a body that is no completion'
    }
  }
}
