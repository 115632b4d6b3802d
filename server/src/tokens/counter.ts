import { Worker } from 'node:worker_threads'
import type { Counted, CountJob } from './counting.ts'

/** Counts tokens away from the event loop, with the o200k encoding for every model. */
export type TokenCounter = {
  /**
   * Tokens of all texts together: exact up to 256 Ki characters, extrapolated beyond, and beyond `stopAt` tokens;
   * the estimate when the worker fails.
   */
  count(texts: string[], stopAt?: number): Promise<number>
  close(): Promise<void>
}

/** About four bytes to a token: good for a hold, never for a bill. */
export const estimateTokens = (bytes: number): number => Math.ceil(bytes / 4)

/** The same for a text, where what is not ASCII takes about a token a character. */
export function estimateTextTokens(characters: number, bytes: number): number {
  return Math.ceil(characters / 4 + ((bytes - characters) * 3) / 8)
}

type Pending = { texts: string[]; resolve: (tokens: number) => void }

/** Creates a counter whose worker starts with the first count and does not keep the process alive. */
export function createTokenCounter(): TokenCounter {
  const pending = new Map<number, Pending>()
  let worker: Worker | null = null
  let lastId = 0

  const fail = () => {
    worker = null
    for (const { texts, resolve } of pending.values()) resolve(estimateOf(texts))
    pending.clear()
  }
  const start = () => {
    const started = new Worker(new URL('./worker.ts', import.meta.url))
    started.unref()
    started.on('error', fail)
    started.on('message', ({ id, tokens }: Counted) => {
      pending.get(id)?.resolve(tokens)
      pending.delete(id)
    })
    return started
  }

  return {
    count(texts, stopAt = Number.POSITIVE_INFINITY) {
      if (texts.every((text) => text === '')) return Promise.resolve(0)
      worker ??= start()
      lastId += 1
      const job: CountJob = { id: lastId, texts, stopAt }
      return new Promise((resolve) => {
        pending.set(job.id, { texts, resolve })
        worker?.postMessage(job)
      })
    },
    async close() {
      await worker?.terminate()
      fail()
    },
  }
}

const estimateOf = (texts: string[]): number =>
  texts.reduce((sum, text) => sum + estimateTokens(Buffer.byteLength(text)), 0)
