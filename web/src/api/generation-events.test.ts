import type { GenerationEvent } from '@portal/contract'
import { expect, test } from 'vitest'
import { ApiError } from './api-error.ts'
import { readEvents } from './generation-events.ts'

const events: GenerationEvent[] = ['Hel', 'lo ', 'wörld', ' 😀'].map((text) => ({ type: 'text', text }))
const written = (seq: number) => `id: ${seq}\nevent: text\ndata: ${JSON.stringify(events[seq - 1])}\n\n`
const end = 'id: 5\nevent: end\ndata: {"type":"end","message":{}}\n\n'

type Ending = 'close' | 'break'

/** Connections that bring, one after another, what is scripted, and what each was asked for. */
function connections(...script: [pieces: string, ending: Ending][]) {
  const known: number[] = []
  const open = async (after: number) => {
    const [pieces, ending] = script[known.length] ?? ['', 'close']
    known.push(after)
    return bodyOf(pieces, ending)
  }
  return { open, known }
}

/** A body as a network brings it: cut anywhere, and broken as browsers tell it. */
function bodyOf(text: string, ending: Ending): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) {
        controller.enqueue(bytes.slice(at, at + 7))
        at += 7
      } else if (ending === 'close') controller.close()
      else controller.error(new TypeError('network error'))
    },
  })
}

async function textOf(open: Parameters<typeof readEvents>[0]['open'], after = 0): Promise<string> {
  let text = ''
  for await (const { event } of readEvents({ open, after, signal: new AbortController().signal })) {
    if (event.type === 'text') text += event.text
  }
  return text
}

test('[W-63] an answer whose connection breaks, ends early or repeats itself is read whole, each event once', async () => {
  const { open, known } = connections(
    [written(1), 'break'],
    [written(1) + written(2), 'close'],
    [written(3) + written(4).slice(0, 20), 'close'],
    [written(4) + end, 'close'],
  )
  expect(await textOf(open)).toBe('Hello wörld 😀')
  expect(known).toEqual([0, 1, 2, 3])
})

test('[W-63] a reader that knows a part asks for the rest alone', async () => {
  const { open, known } = connections([written(3) + written(4) + end, 'break'])
  expect(await textOf(open, 2)).toBe('wörld 😀')
  expect(known).toEqual([2])
})

test('what would be refused again is not asked for again', async () => {
  let asked = 0
  const open = async () => {
    asked += 1
    throw new ApiError('There is no such answer.', { code: 'not_found', status: 404 })
  }
  await expect(textOf(open)).rejects.toThrow('There is no such answer.')
  expect(asked).toBe(1)
})
