import { Worker } from 'node:worker_threads'

/** Counts tokens away from the event loop, with the o200k encoding for every model. */
export type TokenCounter = {
  /** Tokens of all texts together; falls back to the estimate when the worker fails. */
  count(texts: string[]): Promise<number>
  close(): Promise<void>
}

/** About four bytes to a token: good for a hold, never for a bill. */
export const estimateTokens = (bytes: number): number => Math.ceil(bytes / 4)

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
    started.on('message', ({ id, tokens }: { id: number; tokens: number }) => {
      pending.get(id)?.resolve(tokens)
      pending.delete(id)
    })
    return started
  }

  return {
    count(texts) {
      if (texts.every((text) => text === '')) return Promise.resolve(0)
      worker ??= start()
      lastId += 1
      const id = lastId
      return new Promise((resolve) => {
        pending.set(id, { texts, resolve })
        worker?.postMessage({ id, texts })
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
