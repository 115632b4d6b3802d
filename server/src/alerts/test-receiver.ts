// A real HTTP server where messages of alerts arrive, on an address that the operator allows.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { vi } from 'vitest'

/** This machine, as the operator's own network. */
export const receiverNetwork = '127.0.0.9'

type Arrived = { path: string; headers: IncomingHttpHeaders; body: string }

/** Starts a server that answers every message with what the test says last, 200 at first. */
export async function startReceiver(address = receiverNetwork) {
  const arrived: Arrived[] = []
  const answering: { with: (res: ServerResponse) => void } = { with: (res) => void res.end('ok') }
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      arrived.push({ path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks).toString() })
      answering.with(res)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address}:${port}`,
    arrived,
    to: (path: string) => arrived.filter((each) => each.path === path),
    answer: (status: number, text = '') => {
      answering.with = (res) => void res.writeHead(status, { location: '/elsewhere' }).end(text)
    },
    /** Takes messages and never answers. */
    hang: () => {
      answering.with = () => {}
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A receiver, as the tests of a file have it. */
export type Receiver = Awaited<ReturnType<typeof startReceiver>>

/** Sets the portal's clock, as it runs in this process; timers go on as they did. */
export const setClock = (at: string | number): void => {
  vi.useFakeTimers({ now: new Date(at), toFake: ['Date'] })
}
