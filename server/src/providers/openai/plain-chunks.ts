import type { StreamFrame } from '../provider.ts'

/** Reads chunks that differ from an earlier one only in the text they add, as most of a stream does, without parsing. */
export type PlainChunks = {
  /** The frame of a chunk; null where only parsing can tell. */
  read(data: string): StreamFrame | null
  /** Shows it a frame that was parsed. */
  learn(frame: StreamFrame): void
}

// Neither ends a JSON string nor needs decoding: such a text is spelled as it is.
const plain = /^[^"\\\p{Cc}]+$/u
const none: readonly number[] = []
const spellings = ['"content":"', '"content": "']

export function createPlainChunks(): PlainChunks {
  let like: { before: string; after: string; model: unknown } | null = null
  return {
    read(data) {
      // Slices: V8 compares them several times faster than startsWith and endsWith do.
      if (data.slice(0, like?.before.length) !== like?.before) return null
      if (data.slice(-like.after.length) !== like.after) return null
      // After the same beginning a parser is inside the same string; the rest is the same again.
      const text = data.slice(like.before.length, -like.after.length)
      return plain.test(text) ? new PlainFrame(data, text, like.model) : null
    },
    learn(frame) {
      const { data, text, model } = frame
      if (!addsOnlyText(frame) || !plain.test(text)) return
      for (const spelling of spellings) {
        const [before = '', after, ...others] = data.split(`${spelling}${text}"`)
        if (after !== undefined && others.length === 0)
          like = { before: before + spelling, after: `"${after}`, model }
      }
    },
  }
}

function addsOnlyText({ kind, text, usage, json }: StreamFrame): boolean {
  if (kind !== 'content' || usage !== null || !Array.isArray(json?.choices)) return false
  const [choice, ...others] = json.choices
  return others.length === 0 && choice.delta.content === text
}

class PlainFrame implements StreamFrame {
  readonly kind = 'content'
  readonly finished: readonly number[] = none
  readonly usage = null
  readonly failure = null
  readonly data: string
  readonly text: string
  readonly model: unknown

  constructor(data: string, text: string, model: unknown) {
    this.data = data
    this.text = text
    this.model = model
  }

  /** Parsed for those only who want more than the text. */
  get json(): Record<string, unknown> {
    return JSON.parse(this.data)
  }
}
