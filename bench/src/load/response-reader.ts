/** Hears one answer: its status, the bytes of its body as they come, its end. */
export type AnswerListener = {
  onStatus(status: number): void
  onBody(bytes: Buffer): void
  onEnd(): void
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer'

const headEnd = Buffer.from('\r\n\r\n')
const lineEnd = Buffer.from('\r\n')

/**
 * Reads HTTP/1.1 answers off a connection (RFC 9112), just enough for a load generator: bodies with a length or in
 * chunks, no trailers' content, no interim answers.
 */
export class ResponseReader {
  readonly #listener: AnswerListener
  #state: State = 'head'
  #rest: Buffer = Buffer.alloc(0)
  #left = 0

  constructor(listener: AnswerListener) {
    this.#listener = listener
  }

  /** @throws Error when the bytes are no answer */
  push(bytes: Buffer): void {
    let buffer = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes
    for (;;) {
      const taken = this.#step(buffer)
      if (taken === 0) break
      buffer = buffer.subarray(taken)
    }
    this.#rest = buffer
  }

  /** Consumes what the state can use; 0 when it needs more. */
  #step(buffer: Buffer): number {
    if (buffer.length === 0) return 0
    if (this.#state === 'head') return this.#head(buffer)
    if (this.#state === 'length' || this.#state === 'chunk') return this.#body(buffer)
    return this.#line(buffer)
  }

  #head(buffer: Buffer): number {
    const end = buffer.indexOf(headEnd)
    if (end < 0) return 0
    const head = buffer.toString('latin1', 0, end)
    const status = Number(head.slice(9, 12))
    if (!head.startsWith('HTTP/1.1 ') || !(status >= 200))
      throw new Error(`Not an answer: ${head.slice(0, 40)}`)
    this.#listener.onStatus(status)
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#state = 'chunk-size'
    else {
      this.#left = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1])
      this.#state = 'length'
      if (Number.isNaN(this.#left)) throw new Error('An answer of unknown length')
      if (this.#left === 0) this.#end()
    }
    return end + headEnd.length
  }

  #body(buffer: Buffer): number {
    const piece = buffer.length > this.#left ? buffer.subarray(0, this.#left) : buffer
    this.#left -= piece.length
    this.#listener.onBody(piece)
    if (this.#left > 0) return piece.length
    if (this.#state === 'length') this.#end()
    else this.#state = 'chunk-end'
    return piece.length
  }

  #line(buffer: Buffer): number {
    const end = buffer.indexOf(lineEnd)
    if (end < 0) return 0
    if (this.#state === 'chunk-size') {
      this.#left = Number.parseInt(buffer.toString('latin1', 0, end), 16)
      if (Number.isNaN(this.#left)) throw new Error('A chunk of unknown size')
      this.#state = this.#left === 0 ? 'trailer' : 'chunk'
    } else if (this.#state === 'chunk-end') this.#state = 'chunk-size'
    else if (end === 0) this.#end()
    return end + lineEnd.length
  }

  #end(): void {
    this.#state = 'head'
    this.#listener.onEnd()
  }
}
