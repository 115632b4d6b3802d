import { failure, type StreamFrame, type UpstreamFailure } from '../providers/index.ts'
import type { ClientStream } from './client-stream.ts'
import type { Completion } from './completion.ts'
import type { StreamEncoder } from './dialects/index.ts'

/** What a batch of frames led to: the answer is complete, the upstream failed, or it goes on. */
export type Verdict = { kind: 'complete' } | { kind: 'failed'; failure: UpstreamFailure } | null

/** Carries an upstream's frames to the client, holding back the first until there is content and the last until it is settled. */
export type Relay = {
  /** Begins an attempt; forgets what one before it had begun to say: nobody was given any of it. */
  begin(encoder: StreamEncoder): void
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
  let told = nothingTold(silent)
  let hasProduced = false
  const hasFinished = () => told.finished.size >= chat.choices

  /** Returns what goes out now. */
  const place = (frame: StreamFrame): string => {
    const events = told.encoder.frame(frame)
    for (const index of frame.finished) told.finished.add(index)
    if (hasFinished()) {
      told.tail += events
      return ''
    }
    hasProduced ||= frame.kind === 'content' || frame.kind === 'finish'
    if (!hasProduced) {
      told.head += events
      return ''
    }
    const out = told.head + events
    told.head = ''
    return out
  }
  const take = (frame: StreamFrame): string => {
    if (frame.usage) meter.reported(frame.usage)
    // Not of content, which there is most of: to be read it would have to be parsed.
    if (frame.kind === 'preamble' || frame.kind === 'finish') meter.heard(frame)
    if (frame.text !== '') meter.produced(frame.text)
    return place(frame)
  }

  return {
    get hasProduced() {
      return hasProduced
    },
    get hasFinished() {
      return hasFinished()
    },
    begin(encoder) {
      told = nothingTold(encoder)
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
      const { head, tail, encoder } = told
      const usage = await meter.usage()
      return head + tail + encoder.closing({ cut, usage, isEstimated: meter.isEstimated() })
    },
  }
}

/** What one attempt has said that the client was not given yet. */
const nothingTold = (encoder: StreamEncoder) => ({ encoder, head: '', tail: '', finished: new Set<number>() })

const silent: StreamEncoder = { frame: () => '', closing: () => '' }

function verdictOf(frame: StreamFrame, hasAnswer: boolean): Verdict {
  if (frame.kind === 'error') return { kind: 'failed', failure: frame.failure ?? failure('malformed') }
  if (frame.kind !== 'done') return null
  // An end mark after nothing at all is not an answer.
  return hasAnswer ? { kind: 'complete' } : { kind: 'failed', failure: failure('malformed') }
}
