import { connect, type Socket } from 'node:net'
import { AnswerCheck } from './answer-check.ts'
import type { Calls } from './job.ts'
import { ResponseReader } from './response-reader.ts'
import { addFault, type Tally } from './tally.ts'

/** One keep-alive connection that carries one request at a time and judges every answer. */
export class Connection {
  readonly #socket: Socket
  readonly #request: Buffer
  readonly #tally: Tally
  readonly #onAnswer: () => void
  readonly #onBreak: (wasAsked: boolean) => void
  readonly #calls: Calls
  #check: AnswerCheck | null = null
  #isBroken = false

  constructor(options: {
    calls: Calls
    request: Buffer
    tally: Tally
    /** After every answer, whole or not: the connection is free again. */
    onAnswer: () => void
    /** Once, when it is of no more use; `wasAsked` when an answer was owed. */
    onBreak: (wasAsked: boolean) => void
  }) {
    this.#calls = options.calls
    this.#request = options.request
    this.#tally = options.tally
    this.#onAnswer = options.onAnswer
    this.#onBreak = options.onBreak
    const reader = new ResponseReader({
      onStatus: (status) => this.#check?.status(status),
      onBody: (bytes) => this.#check?.body(bytes),
      onEnd: () => this.#end(),
    })
    this.#socket = connect({ port: this.#calls.port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (bytes) => {
      try {
        reader.push(bytes)
      } catch (error) {
        this.#break((error as Error).message)
      }
    })
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#break(error.code ?? 'broken'))
    this.#socket.on('close', () => this.#break('closed early'))
  }

  get hasContent(): boolean {
    return this.#check?.hasContent === true
  }

  send(): void {
    this.#check = new AnswerCheck(this.#calls, this.#tally)
    this.#socket.write(this.#request)
  }

  /** Drops the connection without a word. */
  close(): void {
    this.#isBroken = true
    this.#check = null
    this.#socket.destroy()
  }

  #end(): void {
    const fault = this.#check?.end()
    this.#check = null
    if (fault) addFault(this.#tally, fault)
    else this.#tally.whole += 1
    this.#onAnswer()
  }

  #break(reason: string): void {
    if (this.#isBroken) return
    this.#isBroken = true
    const wasAsked = this.#check !== null
    if (wasAsked) addFault(this.#tally, reason)
    this.#check = null
    this.#socket.destroy()
    this.#onBreak(wasAsked)
  }
}

/** The bytes of the request, one for each header set. */
export function requestsOf({ port, path, headerSets, body }: Calls): Buffer[] {
  return headerSets.map((headers) => {
    const lines = Object.entries({
      host: `127.0.0.1:${port}`,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`)
    return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
  })
}
