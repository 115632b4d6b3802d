import type { ChatMessage, ChatSession, GenerationEvent } from '@portal/contract'
import { describe, expect, test } from 'vitest'
import { branchOf } from './branch.ts'
import { groupChats } from './chat-groups.ts'
import { createLiveAnswer } from './live-answer.ts'
import { isSendKey } from './send-key.ts'
import { sentencesFrom } from './sentences.ts'

const message = (id: string, parentId: string | null) => ({ id, parentId }) as ChatMessage

describe('[W-62] the branch in use', () => {
  //  1 ─ 2 ─ 3 ─ 5
  //   └─ 4 ─ 6       7 is another beginning
  const messages = [
    ...[message('1', null), message('2', '1'), message('3', '2'), message('4', '1'), message('5', '3')],
    ...[message('6', '4'), message('7', null)],
  ]
  const ids = (leafId: string | null) => branchOf(messages, leafId).map(({ message: { id } }) => id)

  test('leads from the first message to its end', () => {
    expect(ids('5')).toEqual(['1', '2', '3', '5'])
    expect(ids('6')).toEqual(['1', '4', '6'])
    expect(ids('2')).toEqual(['1', '2'])
  })

  test('is the newest where none is chosen', () => {
    expect(ids(null)).toEqual(['7'])
    expect(ids('gone')).toEqual(['7'])
    expect(branchOf([], null)).toEqual([])
  })

  test('knows what stands beside each message', () => {
    expect(branchOf(messages, '6').map(({ siblings }) => siblings)).toEqual([['1', '7'], ['2', '4'], ['6']])
  })
})

test('[W-60] chats stand by the day they were used last, those that are pinned first', () => {
  const now = new Date(2026, 10, 22, 0, 30)
  const used = (id: string, at: Date, pinned = false) =>
    ({ id, updatedAt: at.toISOString(), pinned }) as ChatSession
  const groups = groupChats(
    [
      used('a', new Date(2026, 10, 22, 0, 1)),
      used('b', new Date(2026, 10, 21, 23, 59)),
      used('c', new Date(2026, 10, 20, 23, 59), true),
      used('d', new Date(2026, 10, 20, 23, 59)),
    ],
    now,
  )
  expect(groups.map(({ title, chats }) => [title, chats.map(({ id }) => id)])).toEqual([
    ['Pinned', ['c']],
    ['Today', ['a']],
    ['Yesterday', ['b']],
    ['Earlier', ['d']],
  ])
})

test('[W-65] Enter sends, but not with Shift, and not while a character is composed', () => {
  const enter = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 }
  expect(isSendKey(enter)).toBe(true)
  expect(isSendKey({ ...enter, shiftKey: true })).toBe(false)
  expect(isSendKey({ ...enter, isComposing: true })).toBe(false)
  expect(isSendKey({ ...enter, keyCode: 229 })).toBe(false)
  expect(isSendKey({ ...enter, key: 'a' })).toBe(false)
})

test('[W-68] only whole sentences are read out, each once, without the signs of Markdown', () => {
  const text = 'It costs $3.50. **Really!** And th'
  const first = sentencesFrom(text, 0)
  expect(first.said).toBe('It costs $3.50. Really! '.trim())
  expect(sentencesFrom(text, first.end)).toEqual({ said: '', end: first.end })
  expect(sentencesFrom(`${text}en?\n`, first.end).said).toBe('And then?')
  expect(sentencesFrom('よし。は', 0).said).toBe('よし。')
})

describe('an answer that grows', () => {
  const piece = (seq: number, text: string) => ({ seq, event: { type: 'text', text } as GenerationEvent })
  const end = { seq: 9, event: { type: 'end', message: message('a', null) } as GenerationEvent }
  const begun = { content: 'One', reasoning: null, seq: 3 }

  /** An answer whose frames come when the test says so, with what follows it once it was read. */
  async function follow(events: { seq: number; event: GenerationEvent }[]) {
    const frames: (() => void)[] = []
    const answer = createLiveAnswer(begun, (show) => frames.push(show))
    const after: number[] = []
    const ended = new Promise<ChatMessage>((resolve, reject) => {
      answer.follow({
        async *read(options) {
          after.push(options.after)
          yield* events
        },
        onEnd: resolve,
        onLost: reject,
      })
    })
    await ended
    return { answer, frames, after }
  }

  test('[W-63] is read on from what its message says, and shown once a frame', async () => {
    const { answer, frames, after } = await follow([piece(4, ' two'), piece(5, ' three'), end])
    expect(after).toEqual([3])
    expect(answer.shown().content).toBe('One')
    expect(frames).toHaveLength(1)
    frames[0]?.()
    expect(answer.shown().content).toBe('One two three')
  })

  test('[W-64] that is stopped shows no more than was seen, unless stopping failed', async () => {
    const { answer, frames } = await follow([piece(4, ' two'), end])
    expect(answer.freeze()).toBe(3)
    frames[0]?.()
    expect(answer.shown().content).toBe('One')
    answer.thaw()
    expect(answer.shown().content).toBe('One two')
  })
})
