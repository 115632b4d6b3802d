import { failure, type StreamFrame, type UpstreamFailure } from '../providers/index.ts'
import type { ClientStream } from './client-stream.ts'
import type { Completion } from './completion.ts'
import { encodeChunk, encodeEvent, encodeFrame } from './dialects/index.ts'

/** What a batch of frames led to: the answer is complete, the upstream failed, or it goes on. */
export type Verdict = { kind: 'complete' } | { kind: 'failed'; failure: UpstreamFailure } | null

/** Carries an upstream's frames to the client, holding back the first until there is content and the last until it is settled. */
export type Relay = {
  /** Forgets what an attempt before this one had begun to say: nobody was given any of it. */
  restart(): void
  /** Whether the client has been given content: from here on nothing can be tried again. */
  readonly hasProduced: boolean
  /** Whether every choice has ended. */
  readonly hasFinished: boolean
  /** Takes what one read of the upstream brought; at most one write. */
  accept(frames: StreamFrame[]): Verdict
  /** The closing events of a settled answer; `cut` when the portal ended it for want of tokens. */
  closing(options: { cut: boolean }): Promise<string>
}

export function createRelay({ chat, meter }: Completion, client: ClientStream): Relay {
  let told = nothingTold()
  let hasProduced = false
  const hasFinished = () => told.finished.size >= chat.choices

  /** Returns what goes out now. */
  const place = (frame: StreamFrame): string => {
    const event = encodeFrame(frame, chat.model)
    for (const index of frame.finished) told.finished.add(index)
    if (hasFinished()) {
      told.tail += event
      return ''
    }
    if (frame.kind === 'preamble' && !hasProduced) {
      told.head += event
      return ''
    }
    hasProduced = true
    const out = told.head + event
    told.head = ''
    return out
  }
  const take = (frame: StreamFrame): string => {
    if (frame.usage) meter.reported(frame.usage)
    told.first ??= frame
    if (frame.text !== '') meter.produced(frame.text)
    if (frame.kind !== 'usage') return place(frame)
    // Told once, at the end, in the upstream's last words.
    told.usageEvent = encodeFrame(frame, chat.model)
    return ''
  }

  return {
    get hasProduced() {
      return hasProduced
    },
    get hasFinished() {
      return hasFinished()
    },
    restart() {
      told = nothingTold()
    },
    accept(frames) {
      let out = ''
      let verdict: Verdict = null
      for (const frame of frames) {
        verdict = verdictOf(frame, hasProduced || told.finished.size > 0)
        if (verdict) break
        out += take(frame)
      }
      if (out !== '') client.write(out)
      return verdict
    },
    async closing({ cut }) {
      const { head, tail, usageEvent, first, finished } = told
      const { id, object, created } = first?.json ?? {}
      const own = { id, object, created, model: chat.model }
      const finish = cut ? encodeChunk(own, { choices: cutChoices(chat.choices, finished) }) : ''
      const usage = async () => usageEvent || encodeChunk(own, { choices: [], usage: await meter.usage() })
      return head + tail + finish + (chat.wantsUsage ? await usage() : '') + encodeEvent('[DONE]')
    },
  }
}

/** What one attempt has said that the client was not given yet. */
const nothingTold = () => ({
  head: '',
  tail: '',
  usageEvent: '',
  first: null as StreamFrame | null,
  finished: new Set<number>(),
})

function verdictOf(frame: StreamFrame, hasAnswer: boolean): Verdict {
  if (frame.kind === 'error') return { kind: 'failed', failure: frame.failure ?? failure('malformed') }
  if (frame.kind !== 'done') return null
  // An end mark after nothing at all is not an answer.
  return hasAnswer ? { kind: 'complete' } : { kind: 'failed', failure: failure('malformed') }
}

const cutChoices = (count: number, finished: ReadonlySet<number>) =>
  Array.from({ length: count }, (_, index) => ({ index, delta: {}, finish_reason: 'length' })).filter(
    ({ index }) => !finished.has(index),
  )
