import type { Calls } from './job.ts'
import type { Tally } from './tally.ts'

// What begins a message has an empty text; content that is something starts with another character than the quote.
const content = { openai: /"content":"[^"]/, anthropic: /"text":"[^"]/ }
const endMark = { openai: 'data: [DONE]', anthropic: 'event: message_stop' }
const textOf = {
  openai: ({ choices }: Answer) => choices?.[0]?.message.content,
  anthropic: ({ content: blocks }: Answer) => blocks?.[0]?.text,
}
type Answer = { choices?: { message: { content: string } }[]; content?: { text: string }[] }

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
    if (!this.#calls.stream || !content[this.#calls.dialect].test(text)) return
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
    const { dialect, frames: wanted } = this.#calls
    if (!this.#text.includes(endMark[dialect])) return 'a stream without its end mark'
    const frames = this.#text.split(content[dialect]).length - 1
    return frames === wanted ? null : `a stream of ${frames} instead of ${wanted} frames`
  }

  #bodyFault(): string | null {
    try {
      return textOf[this.#calls.dialect](JSON.parse(this.#text)) ? null : 'an empty answer'
    } catch {
      return 'a body that is no completion'
    }
  }
}
