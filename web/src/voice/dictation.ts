// One dictation from the first question for the microphone to its release, apart from what shows it.

import { VoiceEvent, voiceEndpoints } from '@portal/contract'
import { urlOf } from '../api/index.ts'
import { endProblems, microphoneProblem, problems } from './problems.ts'
import { loudnessOf, openSound } from './sound.ts'
import type { TakenMicrophone } from './take-microphone.ts'

/** How far it is. */
export type DictationState = {
  phase: 'asking' | 'connecting' | 'listening' | 'finishing' | 'over'
  /** What is being said, as it is understood so far. */
  interim: string
  /** What is wrong; null where nothing is. */
  problem: string | null
}

const soundsKept = 48
// A minute of sound.
const unsentBytesMax = 2_000_000
// What is said while the connection is being made: fifteen seconds.
const waitingMax = 150
const farewellMs = 70_000

/** A dictation; whatever ends it, the microphone is released. */
export class Dictation {
  /** How loud it was of late, from 0 to 1, the newest last. */
  readonly loudness: number[] = Array.from({ length: soundsKept }, () => 0)
  readonly #onText: (text: string) => void
  readonly #listeners = new Set<() => void>()
  #state: DictationState = { phase: 'asking', interim: '', problem: null }
  #socket: WebSocket | null = null
  #closeSound: () => void = () => {}
  #waiting: ArrayBuffer[] = []
  #farewell: ReturnType<typeof setTimeout> | undefined

  constructor(taken: TakenMicrophone, onText: (text: string) => void) {
    this.#onText = onText
    void this.#begin(taken)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): DictationState => this.#state

  /** No more is said; what was becomes text. */
  stop(): void {
    const { phase } = this.#state
    if (phase !== 'listening') {
      this.end(null)
      return
    }
    this.#closeSound()
    this.#socket?.send('{"type":"stop"}')
    this.#set({ phase: 'finishing' })
    this.#farewell = setTimeout(() => this.end(problems.connectionLost), farewellMs)
  }

  /** Ends it at once. */
  end(problem: string | null): void {
    if (this.#state.phase === 'over') return
    clearTimeout(this.#farewell)
    this.#closeSound()
    this.#set({ phase: 'over', interim: '', problem })
    this.#socket?.close()
  }

  async #begin(taken: TakenMicrophone): Promise<void> {
    // Both at once: what is said before the connection stands is kept.
    try {
      const closeSound = await openSound(taken, {
        onSound: (pcm) => this.#hear(pcm),
        onLost: () => this.end(problems.microphoneLost),
      })
      // Whoever did not wait for it gets it released.
      if (this.#state.phase === 'over') return closeSound()
      this.#closeSound = closeSound
      this.#set({ phase: 'connecting' })
      this.#connect()
    } catch (error) {
      this.end(microphoneProblem(error))
    }
  }

  #connect(): void {
    const url = new URL(urlOf(voiceEndpoints.transcribe.path), location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    const socket = new WebSocket(url)
    this.#socket = socket
    socket.onmessage = ({ data }: MessageEvent<string>) => this.#take(VoiceEvent.parse(JSON.parse(data)))
    socket.onclose = () => {
      this.end(this.#state.phase === 'connecting' ? problems.notConnected : problems.connectionLost)
    }
  }

  #hear(pcm: ArrayBuffer): void {
    this.loudness.push(loudnessOf(pcm))
    this.loudness.shift()
    const { phase } = this.#state
    if (phase !== 'listening') {
      if (this.#waiting.length < waitingMax) this.#waiting.push(pcm)
      return
    }
    this.#socket?.send(pcm)
    if ((this.#socket?.bufferedAmount ?? 0) > unsentBytesMax) this.end(problems.tooSlow)
  }

  #take(event: VoiceEvent): void {
    if (event.type === 'ready') this.#listen()
    else if (event.type === 'interim') this.#set({ interim: event.text })
    else if (event.type === 'final') this.#keep(event.text)
    else if (event.type === 'error') this.#set({ interim: '', problem: event.error })
    // What failed stays to be read.
    else this.end(endProblems[event.reason] ?? this.#state.problem)
  }

  #listen(): void {
    this.#set({ phase: 'listening' })
    for (const pcm of this.#waiting) this.#socket?.send(pcm)
    this.#waiting = []
  }

  #keep(text: string): void {
    this.#set({ interim: '', problem: null })
    if (text) this.#onText(text)
  }

  #set(changes: Partial<DictationState>): void {
    if (this.#state.phase === 'over') return
    this.#state = { ...this.#state, ...changes }
    for (const listener of this.#listeners) listener()
  }
}
