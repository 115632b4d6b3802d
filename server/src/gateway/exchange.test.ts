import { expect, test } from 'vitest'
import type { Provider } from '../providers/index.ts'
import { failure } from '../providers/index.ts'
import { createCancellation } from './cancellation.ts'
import { createBoundedBody, failed, runExchange } from './exchange.ts'

type Send = Provider['send']

const prepared = { headers: {}, body: '{}', changed: [], createRestore: null }

const providerThat = (send: Send): Provider => ({
  name: 'p',
  kind: 'openai',
  server: null,
  dialect: 'openai-chat',
  prepare: () => prepared,
  send,
  counting: null,
  readAnswer: () => failure('malformed'),
  readError: (status) => failure('status', { status }),
  createStreamReader: () => ({ push: () => [], end: () => [] }),
  eventsOfAnswer: () => [],
  eventsOfFrame: () => [],
  close: async () => {},
})

const run = (send: Send, cancellation = createCancellation()) =>
  runExchange<string>({
    target: { name: 't', provider: providerThat(send), model: 'm', weight: 1 },
    call: prepared,
    cancellation,
    read: () => ({
      accepts: () => true,
      onData: (chunk) => (String(chunk) === 'last' ? { kind: 'done', value: 'whole' } : null),
      onEnd: () => failed(failure('stream')),
      onBroken: failed,
    }),
  })

const quiet = { abort() {}, release() {}, pause() {}, resume() {} }

test('a request that fails before it is even on its way is a failure like any other', async () => {
  const result = await run((_, receiver) => {
    receiver.onFailure(new Error('no'))
    return quiet
  })
  expect(result).toMatchObject({ kind: 'failed', failure: { kind: 'unreachable' } })
})

test('the first result stands, and an upstream that has said all is let go, not aborted', async () => {
  let [aborts, releases] = [0, 0]
  const result = await run((_, receiver) => {
    setImmediate(() => {
      receiver.onStart(200, {})
      receiver.onData(Buffer.from('last'))
      receiver.onFailure(new Error('late'))
      receiver.onEnd()
    })
    return { ...quiet, abort: () => void aborts++, release: () => void releases++ }
  })
  expect(result).toEqual({ kind: 'done', value: 'whole' })
  expect([aborts, releases]).toEqual([0, 1])
})

test('[GW-U2] a request that is cancelled already sends nothing further', async () => {
  const cancellation = createCancellation()
  cancellation.cancel('client')
  cancellation.cancel('deadline')
  let aborts = 0
  const result = await run(() => ({ ...quiet, abort: () => void aborts++ }), cancellation)
  expect(result).toEqual({ kind: 'cancelled', reason: 'client' })
  expect(aborts).toBe(1)
})

test('an answer that trips the code that reads it is a malformed one', async () => {
  const result = await run((_, receiver) => {
    setImmediate(() => receiver.onStart(200, null as never))
    setImmediate(() => receiver.onData({ toString: () => boom() } as never))
    return quiet
  })
  expect(result).toMatchObject({ kind: 'failed', failure: { kind: 'malformed', cause: new Error('boom') } })
})

const boom = (): never => {
  throw new Error('boom')
}

test('a bounded body takes what fits and says when it does not', () => {
  const body = createBoundedBody(4)
  expect([body.add(Buffer.from('ab')), body.add(Buffer.from('cd')), body.add(Buffer.from('e'))]).toEqual([
    true,
    true,
    false,
  ])
  expect(body.text()).toBe('abcd')
})
