// An answer while it is being made: what has come, and what of it is shown.
import type { ChatMessage, GenerationEvent } from '@portal/contract'

/** What is shown of an answer. */
export type Shown = Pick<ChatMessage, 'content' | 'reasoning'>
type Read = (options: {
  after: number
  signal: AbortSignal
}) => AsyncIterable<{ seq: number; event: GenerationEvent }>
type Following = {
  read: Read
  onEnd: (message: ChatMessage) => void
  /** It cannot be read on: what there is has to be asked for anew. */
  onLost: () => void
}

/** One answer that grows. */
export type LiveAnswer = {
  /** Reads on from what has come; returns what ends the reading, not the answer. */
  follow: (following: Following) => () => void
  subscribe: (listener: () => void) => () => void
  shown: () => Shown
  /** Shows no more, for somebody stopped it; returns how many characters (UTF-16) are shown. */
  freeze: () => number
  /** Shows what came meanwhile: it could not be stopped. */
  thaw: () => void
}

/** @param nextFrame runs something once, soon: what comes until then is shown in one go */
export function createLiveAnswer(
  message: Shown & Pick<ChatMessage, 'seq'>,
  nextFrame: (show: () => void) => void,
): LiveAnswer {
  const listeners = new Set<() => void>()
  let { content, reasoning, seq } = message
  let shown: Shown = { content, reasoning }
  let isFrozen = false
  let isDue = false

  function show(): void {
    isDue = false
    if (isFrozen || (shown.content === content && shown.reasoning === reasoning)) return
    shown = { content, reasoning }
    for (const listener of listeners) listener()
  }
  function take(event: Exclude<GenerationEvent, { type: 'end' }>): void {
    if (event.type === 'text') content += event.text
    else reasoning = (reasoning ?? '') + event.text
    if (!isDue) nextFrame(show)
    isDue = true
  }
  async function readOn({ read, onEnd }: Following, signal: AbortSignal): Promise<void> {
    for await (const { seq: number, event } of read({ after: seq, signal })) {
      if (signal.aborted) return
      seq = number
      if (event.type === 'end') return onEnd(event.message)
      take(event)
    }
  }

  return {
    follow(following) {
      const leaving = new AbortController()
      readOn(following, leaving.signal).catch(() => {
        if (!leaving.signal.aborted) following.onLost()
      })
      return () => leaving.abort()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    shown: () => shown,
    freeze() {
      isFrozen = true
      return shown.content.length
    },
    thaw() {
      isFrozen = false
      show()
    },
  }
}

/** What is shown of an answer that was stopped at `seen`: less where less was kept, and never more. */
export const upTo = (seen: Shown | undefined, kept: Shown): Shown =>
  seen && kept.content.length > seen.content.length ? seen : kept
