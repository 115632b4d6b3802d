import { AppError } from '../errors.ts'
import type { Events } from '../events/index.ts'
import { createPlaces, type Enter, isActedBy, type Principal } from '../http/index.ts'
import { voiceLimits } from './limits.ts'
import { createOpenAiRecogniser, type TranscriptionSettings } from './openai-recogniser.ts'
import { findPocketsphinx } from './pocketsphinx-recogniser.ts'
import type { Recogniser } from './recogniser.ts'

/** Somebody who is connected. */
type Listener = {
  principal: Principal
  /** Looks whether they may still be. */
  recheck: () => void
}

/** What turns speech into text in this process, and who has it do so. */
export type Voice = {
  /** Null where there is none. */
  readonly recogniser: Recogniser | null
  /** Why there is none, and what to do about it; null where there is one. */
  readonly reason: string | null
  /**
   * Takes a place for one connection, until the function it gives is called.
   * @throws AppError rate_limit_exceeded, unavailable
   */
  enter: Enter
  /** Has a listener recheck whenever something changes about them, until the function it gives is called. */
  watch(listener: Listener): () => void
  close(): Promise<void>
}

type VoiceOptions = {
  /** A server for transcriptions; without one pocketsphinx is looked for, if that is wanted. */
  transcription: TranscriptionSettings | null
  localSpeech: boolean
  events: Pick<Events, 'subscribe'>
}

const noEngine =
  'No engine for speech is configured. Operators: set OPENAI_API_KEY or TRANSCRIPTION_BASE_URL, or install pocketsphinx to try it out.'

/** Chooses the engine: what is configured, else what is installed. */
export function createVoice({ transcription, localSpeech, events }: VoiceOptions): Voice {
  const recogniser = transcription
    ? createOpenAiRecogniser(transcription)
    : localSpeech
      ? findPocketsphinx()
      : null
  const listeners = new Set<Listener>()
  const unsubscribe = events.subscribe((event) => {
    for (const { principal, recheck } of [...listeners]) {
      const isTheirs =
        (event.type === 'user-changed' && isActedBy(principal, event.userId)) ||
        event.type === 'switches-changed' ||
        (event.type === 'key-changed' && event.keyId === principal.key?.id) ||
        (event.type === 'organisation-changed' && event.organisationId === principal.organisationId)
      if (isTheirs) recheck()
    }
  })
  return {
    recogniser,
    reason: recogniser ? null : noEngine,
    enter: createEntrance(),
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      unsubscribe()
      await recogniser?.close()
    },
  }
}

function createEntrance(): Enter {
  const enterOwn = createPlaces(
    voiceLimits.connectionsPerPerson,
    () =>
      new AppError('rate_limit_exceeded', {
        message: 'You are speaking in two places already. Stop one of them first.',
        headers: { 'retry-after': '10' },
      }),
  )
  const enterAll = createPlaces(
    voiceLimits.connectionsPerProcess,
    () =>
      new AppError('unavailable', {
        message: 'Too many people are speaking just now. Try again shortly.',
      }),
  )
  return (userId) => {
    const leaveOwn = enterOwn(userId)
    try {
      const leaveAll = enterAll('everybody')
      return () => {
        leaveOwn()
        leaveAll()
      }
    } catch (error) {
      leaveOwn()
      throw error
    }
  }
}
