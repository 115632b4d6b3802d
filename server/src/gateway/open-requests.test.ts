import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createOpenRequests, keepUntilClosed } from './open-requests.ts'

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance'] }),
)
afterEach(() => vi.useRealTimers())

const quiet = { tick() {}, shutDown() {}, destroy() {} }

test('one request that cannot be looked at keeps nobody else from being looked at', () => {
  const errors: unknown[] = []
  const open = createOpenRequests((error) => errors.push(error))
  let ticks = 0
  const boom = () => {
    throw new Error('boom')
  }
  open.add({ ...quiet, tick: boom })
  open.add({ ...quiet, tick: () => void ticks++ })
  vi.advanceTimersByTime(2000)
  expect(ticks).toBe(2)
  expect(errors).toEqual([new Error('boom'), new Error('boom')])
})

test('[GW-P2] draining waits for the grace, asks what is left to end, and then ends it', async () => {
  const open = createOpenRequests(() => {})
  const said: string[] = []
  const request = {
    tick() {},
    shutDown: () => void said.push('asked'),
    destroy() {
      said.push('ended')
      open.remove(request)
    },
  }
  open.add(request)
  const drained = open.drain(30_000)
  vi.advanceTimersByTime(29_999)
  expect(said).toEqual([])
  vi.advanceTimersByTime(1)
  expect(said).toEqual(['asked'])
  vi.advanceTimersByTime(2000)
  await drained
  expect(said).toEqual(['asked', 'ended'])
})

test('a response stays open until its client has all of it, or is dropped a minute after its end', () => {
  const open = createOpenRequests(() => {})
  let destroyed = 0
  const res = Object.assign(new EventEmitter(), { writableEnded: false, destroy: () => void destroyed++ })
  keepUntilClosed(open, res as unknown as ServerResponse)
  vi.advanceTimersByTime(120_000)
  expect(destroyed).toBe(0)
  res.writableEnded = true
  vi.advanceTimersByTime(60_000)
  expect(destroyed).toBe(0)
  vi.advanceTimersByTime(1000)
  expect(destroyed).toBe(1)
  res.emit('close')
  expect(open.size).toBe(0)
})
