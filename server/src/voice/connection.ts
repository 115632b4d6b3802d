// One connection: what its client says, what is said to it, and every way in which it ends.
import { VoiceCommand, type VoiceEndReason, type VoiceEvent, voiceSampleRate } from '@portal/contract'
import type { RawData, WebSocket } from 'ws'
import type { OpenRequest } from '../gateway/index.ts'
import { appErrorFrom } from '../http/index.ts'
import type { Log } from '../log/index.ts'
import { closeCodes } from './close-codes.ts'
import { bytesPerSecond, voiceLimits } from './limits.ts'
import { Transcriber, type TranscriptListener } from './transcriber.ts'

type ConnectionTerms = Omit<ConstructorParameters<typeof Transcriber>[0], 'listener'> & {
  socket: WebSocket
  /** Whether whoever opened it may still use it. Rejects where that cannot be said. */
  isWelcome: () => Promise<boolean>
  isDraining: () => boolean
  log: Log
}

/** A connection from its first word to its last. */
export class Connection implements OpenRequest {
  /** Resolves when it is closed and all of its rows are settled. */
  readonly closed: Promise<{ utterances: number; seconds: number }>
  readonly #terms: ConnectionTerms
  readonly #socket: WebSocket
  readonly #transcriber: Transcriber
  readonly #beganAt = performance.now()
  #heardAt = this.#beganAt
  #spokenAt = this.#beganAt
  #checkedAt = this.#beganAt
  #endingAt: number | null = null
  #bytes = 0
  #failures = 0

  constructor(terms: ConnectionTerms) {
    this.#terms = terms
    this.#socket = terms.socket
    this.#transcriber = new Transcriber({ ...terms, listener: this.#listener() })
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    // It closes by itself, with the code of RFC 6455 for what was wrong.
    this.#socket.on('error', (err) => terms.log.info({ err }, 'a voice connection broke'))
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', () => resolve(this.#settled()))
    })
    this.#send({ type: 'ready', sampleRate: voiceSampleRate, secondsMax: voiceLimits.secondsMax })
  }

  /** Looks whether whoever opened it may still use it. */
  recheck(): void {
    this.#checkedAt = performance.now()
    this.#terms.isWelcome().then(
      (isWelcome) => {
        if (!isWelcome) this.#giveUp('signed_out')
      },
      // Asked again soon: that the database is away says nothing about anybody.
      () => {
        this.#checkedAt = Number.NEGATIVE_INFINITY
      },
    )
  }

  tick(nowMs: number): void {
    if (this.#endingAt !== null) {
      if (nowMs - this.#endingAt >= voiceLimits.farewellMs) this.#socket.terminate()
      return
    }
    // While nothing is read, only a write tells that the other side has gone.
    if (this.#socket.isPaused) this.#socket.ping()
    const reason = this.#reasonToEnd(nowMs)
    if (reason) void this.#end(reason)
    else if (nowMs - this.#checkedAt >= voiceLimits.recheckMs) this.recheck()
  }

  shutDown(): void {
    this.#giveUp('draining')
  }

  destroy(): void {
    this.#socket.terminate()
  }

  #reasonToEnd(nowMs: number): VoiceEndReason | null {
    if (this.#terms.isDraining()) return 'draining'
    if (nowMs - this.#beganAt >= voiceLimits.secondsMax * 1000) return 'time'
    // Whoever has to wait for us is neither silent nor gone.
    if (this.#socket.isPaused) return null
    if (nowMs - this.#heardAt >= voiceLimits.idleMs) return 'idle'
    return nowMs - this.#spokenAt >= voiceLimits.silenceMs ? 'silence' : null
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#heardAt = performance.now()
    if (this.#endingAt !== null) return
    if (isBinary) this.#hear(data as Buffer)
    else if (isStop(String(data))) void this.#end('stopped')
    else this.#refuse('Send sound as binary messages, and {"type":"stop"} when nothing more comes.')
  }

  #hear(pcm: Buffer): void {
    if (pcm.length % 2 === 1) {
      this.#refuse('Send whole samples: every message of sound has an even length.')
      return
    }
    this.#bytes += pcm.length
    this.#transcriber.feed(pcm)
    if (this.#bytes >= voiceLimits.secondsMax * bytesPerSecond) void this.#end('time')
    else if (this.#transcriber.isBehind) this.#socket.pause()
  }

  #listener(): TranscriptListener {
    return {
      onSpeech: () => {
        this.#spokenAt = performance.now()
      },
      onInterim: (utterance, text) => this.#send({ type: 'interim', utterance, text }),
      onFinal: (said) => {
        this.#failures = 0
        this.#send({ type: 'final', ...said })
      },
      onFailure: (utterance, cause) => this.#fail(utterance, cause),
      onCaughtUp: () => this.#socket.resume(),
    }
  }

  #fail(utterance: number, cause: unknown): void {
    const error = appErrorFrom(cause)
    const { code, message, detail } = error
    this.#failures += 1
    if (error.status >= 500) {
      this.#terms.log.warn({ code, detail, err: error.cause }, 'an utterance has no text')
    }
    this.#send({ type: 'error', utterance, error: message, code })
    if (this.#failures >= voiceLimits.failuresMax) this.#giveUp('failed')
  }

  #refuse(error: string): void {
    this.#send({ type: 'error', utterance: null, error, code: 'invalid_request' })
    this.#giveUp('invalid')
  }

  /** Nothing more is taken; what was said becomes text. */
  async #end(reason: VoiceEndReason): Promise<void> {
    if (this.#endingAt !== null) return
    this.#endingAt = performance.now()
    this.#socket.resume()
    await this.#transcriber.finish()
    this.#close(reason)
  }

  /** What is under way is given up. */
  #giveUp(reason: VoiceEndReason): void {
    this.#endingAt ??= performance.now()
    const isOurs = reason === 'draining' || reason === 'failed'
    void this.#transcriber.abort(isOurs ? 'portal_error' : 'client_cancelled')
    this.#close(reason)
  }

  #close(reason: VoiceEndReason): void {
    this.#send({ type: 'end', reason })
    // The client's own close is read as well.
    this.#socket.resume()
    this.#socket.close(closeCodes[reason], reason)
  }

  #send(event: VoiceEvent): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.send(JSON.stringify(event))
    if (this.#socket.bufferedAmount > voiceLimits.unreadBytesMax) this.#socket.terminate()
  }

  async #settled(): Promise<{ utterances: number; seconds: number }> {
    this.#endingAt ??= performance.now()
    await this.#transcriber.abort('client_cancelled')
    return { utterances: this.#transcriber.begun, seconds: Math.round(this.#bytes / bytesPerSecond) }
  }
}

function isStop(text: string): boolean {
  try {
    return VoiceCommand.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}
