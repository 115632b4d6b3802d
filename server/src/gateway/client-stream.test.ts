import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { eventually } from '../test/index.ts'
import { type ClientStream, createClientStream } from './client-stream.ts'
import { createValve } from './valve.ts'

/** A stream to a client that reads or does not, and what that client has read. */
async function aStream({ isReading }: { isReading: boolean }) {
  const { promise, resolve } = Promise.withResolvers<ClientStream>()
  const server = createServer((_, res) =>
    resolve(createClientStream(res, { headers: {}, valve: createValve(), ping: ': ping\n\n' })),
  )
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let read = ''
  if (isReading) socket.on('data', (chunk) => (read += chunk))
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  const stream = await promise
  const close = () => {
    socket.destroy()
    server.close()
  }
  return { stream, read: () => read, close }
}

const later = (ms: number) => performance.now() + ms

test('[GW-A6] a comment is sent after 15 seconds of silence, and not before', async () => {
  const { stream, read, close } = await aStream({ isReading: true })
  stream.write('data: 1\n\n')
  stream.tick(later(14_000))
  stream.tick(later(15_001))
  await eventually(() => expect(read()).toContain(': ping'))
  expect(read().match(/: ping/g)).toHaveLength(1)
  close()
})

test('[GW-U3] a stream that has said its last word says nothing more, however long its reader takes', async () => {
  const { stream, close } = await aStream({ isReading: false })
  stream.end(`data: ${'x'.repeat(20_000_000)}\n\n`)
  expect(() => stream.tick(later(60_000))).not.toThrow()
  close()
})

test('[GW-U3] what waits for the reader is timed from the write that filled its buffer', async () => {
  const { stream, close } = await aStream({ isReading: false })
  expect(stream.stalledMs(later(0))).toBe(0)
  stream.write('x'.repeat(20_000_000))
  expect(stream.stalledMs(later(5000))).toBeGreaterThan(4000)
  close()
})
