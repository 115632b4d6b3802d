// The heap of a process under test, through Node's own inspector: the program itself has nothing that could be asked.
import { WebSocket } from 'ws'
import { eventually, type Running } from './processes.ts'

/** What a process has to be started with, so that `heapBytesOf` reaches it. */
export const inspectable = ['--inspect=127.0.0.1:0', '--expose-gc']

// Until nothing more is let go: what a collection frees may hold what the next one does.
const expression = `(async () => {
  let bytes = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < 8; turn += 1) {
    await globalThis.gc({ type: 'major', execution: 'async' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { heapUsed, external } = process.memoryUsage()
    bytes = Math.min(bytes, heapUsed + external)
  }
  return bytes
})()`

type Answer = { id?: number; result?: { result: { value: number } } }

/** Bytes that are in use once garbage was collected, on V8's heap and outside of it. */
export async function heapBytesOf(process: Running): Promise<number> {
  const url = await eventually(() => {
    const [found] = /ws:\/\/\S+/.exec(process.stderr()) ?? []
    if (!found) throw new Error(`no inspector: ${process.stderr()}`)
    return found
  })
  const socket = new WebSocket(url)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  socket.on('error', reject)
  socket.on('open', () => {
    const params = { expression, awaitPromise: true, returnByValue: true }
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }))
  })
  socket.on('message', (data) => {
    const { id, result }: Answer = JSON.parse(String(data))
    if (id === 1) resolve(Number(result?.result.value))
  })
  return promise.finally(() => socket.close())
}
