import type { StreamFrame } from './provider.ts'

/** Reads chunks that differ from an earlier one only in the text they add, as most of a stream does, without parsing. */
export type PlainChunks = {
  /** The frame of a chunk; null where only parsing can tell. */
  read(data: string): StreamFrame | null
  /** Shows it a frame that was parsed. */
  learn(frame: StreamFrame): void
}

/** How a vendor spells chunks that add text and nothing else. */
export type PlainSpelling = {
  /** The names of the fields that hold such a text. */
  fields: readonly string[]
  /** Whether a frame of content says nothing but its text. */
  addsOnlyText(json: Record<string, unknown>, text: string): boolean
}

// Neither ends a JSON string nor needs decoding: such a text is spelled as it is.
const plain = /^[^"\\\p{Cc}]+$/u
const none: readonly number[] = []

export function createPlainChunks({ fields, addsOnlyText }: PlainSpelling): PlainChunks {
  const spellings = fields.flatMap((field) =>
    [`"${field}":"`, `"${field}": "`].map((spelling) => ({ field, spelling })),
  )
  let like: { before: string; after: string; frame: StreamFrame; field: string } | null = null
  return {
    read(data) {
      // Slices: V8 compares them several times faster than startsWith and endsWith do.
      if (data.slice(0, like?.before.length) !== like?.before) return null
      if (data.slice(-like.after.length) !== like.after) return null
      // After the same beginning a parser is inside the same string; the rest is the same again.
      const text = data.slice(like.before.length, -like.after.length)
      return plain.test(text) ? new PlainFrame(data, text, like) : null
    },
    learn(frame) {
      const { kind, data, text, usage, json } = frame
      if (kind !== 'content' || usage !== null || !plain.test(text)) return
      if (!json || !addsOnlyText(json, text)) return
      for (const { field, spelling } of spellings) {
        const [before = '', after, ...others] = data.split(`${spelling}${text}"`)
        if (after !== undefined && others.length === 0)
          like = { before: before + spelling, after: `"${after}`, frame, field }
      }
    },
  }
}

class PlainFrame implements StreamFrame {
  readonly kind = 'content'
  readonly finished: readonly number[] = none
  readonly usage = null
  readonly failure = null
  readonly data: string
  readonly text: string
  readonly event: string | null
  readonly model: unknown
  readonly #field: string

  constructor(data: string, text: string, { frame, field }: { frame: StreamFrame; field: string }) {
    this.data = data
    this.text = text
    this.event = frame.event
    this.model = frame.model
    this.#field = field
  }

  get textField(): string {
    return this.#field
  }

  /** Parsed for those only who want more than the text. */
  get json(): Record<string, unknown> {
    return JSON.parse(this.data)
  }
}
