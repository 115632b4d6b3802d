import { failure, type StreamFrame, type UpstreamFailure } from '../providers/index.ts'
import type { ClientStream } from './client-stream.ts'
import type { Completion } from './completion.ts'
import { encodeChunk, encodeEvent, encodeFrame } from './dialects/index.ts'

/** What a batch of frames led to: the answer is complete, the upstream failed, or it goes on. */
export type Verdict = { kind: 'complete' } | { kind: 'failed'; failure: UpstreamFailure } | null

/** Carries an upstream's frames to the client, holding back the first until there is content and the last until it is settled. */
export type Relay = {
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
  let head = ''
  let tail = ''
  let choicesFinished = 0
  let hasProduced = false
  let hasUsage = false
  let identity: Record<string, unknown> = {}

  /** Returns what goes out now. */
  const place = (frame: StreamFrame): string => {
    const event = encodeFrame(frame, chat.model)
    if (frame.kind === 'finish') choicesFinished += 1
    if (choicesFinished >= chat.choices) {
      tail += event
      return ''
    }
    if (frame.kind === 'preamble' && !hasProduced) {
      head += event
      return ''
    }
    hasProduced = true
    const out = head + event
    head = ''
    return out
  }
  const take = (frame: StreamFrame): string => {
    if (frame.usage) meter.reported(frame.usage)
    if (frame.json) identity = frame.json
    if (frame.text !== '') meter.produced(frame.text)
    if (frame.kind !== 'usage') return place(frame)
    hasUsage = true
    if (chat.wantsUsage) tail += encodeFrame(frame, chat.model)
    return ''
  }

  return {
    get hasProduced() {
      return hasProduced
    },
    get hasFinished() {
      return choicesFinished >= chat.choices
    },
    accept(frames) {
      let out = ''
      let verdict: Verdict = null
      for (const frame of frames) {
        verdict = verdictOf(frame, hasProduced || choicesFinished > 0)
        if (verdict) break
        out += take(frame)
      }
      if (out !== '') client.write(out)
      return verdict
    },
    async closing({ cut }) {
      const { id, object, created } = identity
      const own = { id, object, created, model: chat.model }
      const finish = cut ? encodeChunk(own, { choices: cutChoices(chat.choices) }) : ''
      const usage =
        chat.wantsUsage && !hasUsage ? encodeChunk(own, { choices: [], usage: await meter.usage() }) : ''
      return head + finish + tail + usage + encodeEvent('[DONE]')
    },
  }
}

function verdictOf(frame: StreamFrame, hasAnswer: boolean): Verdict {
  if (frame.kind === 'error') return { kind: 'failed', failure: frame.failure ?? failure('malformed') }
  if (frame.kind !== 'done') return null
  // An end mark after nothing at all is not an answer.
  return hasAnswer ? { kind: 'complete' } : { kind: 'failed', failure: failure('malformed') }
}

const cutChoices = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ index, delta: {}, finish_reason: 'length' }))
