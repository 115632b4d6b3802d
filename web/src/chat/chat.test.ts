import type { ChatMessage, ChatSession, GenerationEvent } from '@portal/contract'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { branchOf } from './branch.ts'
import { groupChats } from './chat-groups.ts'
import { createLiveAnswer, upTo } from './live-answer.ts'
import { markedPieces } from './marked-pieces.ts'
import { isSendKey } from './send-key.ts'
import { sentencesFrom } from './sentences.ts'
import { withThoughts } from './thoughts.ts'
import { uploadAttachment } from './upload.ts'
import { videoSource } from './video-source.ts'

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
      used('e', new Date(2026, 10, 15, 0, 0)),
      used('f', new Date(2026, 10, 14, 23, 59)),
      used('g', new Date(2026, 9, 23, 0, 0)),
      used('h', new Date(2026, 9, 22, 23, 59)),
      used('i', new Date(2026, 9, 1, 0, 0)),
      used('j', new Date(2025, 9, 31, 12, 0)),
    ],
    now,
  )
  expect(groups.map(({ title, chats }) => [title, chats.map(({ id }) => id)])).toEqual([
    ['Pinned', ['c']],
    ['Today', ['a']],
    ['Yesterday', ['b']],
    ['Previous 7 days', ['d', 'e']],
    ['Previous 30 days', ['f', 'g']],
    ['October 2026', ['h', 'i']],
    ['October 2025', ['j']],
  ])
})

test('[W-65] Enter sends, but not with Shift, and not while a character is composed', () => {
  const none = { shiftKey: false, ctrlKey: false, metaKey: false, isComposing: false }
  const enter = { ...none, key: 'Enter', keyCode: 13 }
  expect(isSendKey(enter, false)).toBe(true)
  expect(isSendKey({ ...enter, shiftKey: true }, false)).toBe(false)
  expect(isSendKey({ ...enter, isComposing: true }, false)).toBe(false)
  expect(isSendKey({ ...enter, keyCode: 229 }, false)).toBe(false)
  expect(isSendKey({ ...enter, key: 'a' }, false)).toBe(false)
})

test('[W-65] on a touch screen Enter sends with Cmd or Ctrl alone', () => {
  const none = { shiftKey: false, ctrlKey: false, metaKey: false, isComposing: false }
  const enter = { ...none, key: 'Enter', keyCode: 13 }
  expect(isSendKey(enter, true)).toBe(false)
  expect(isSendKey({ ...enter, ctrlKey: true }, true)).toBe(true)
  expect(isSendKey({ ...enter, metaKey: true, isComposing: true }, true)).toBe(false)
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

describe('[W-112] thoughts between tags', () => {
  const whole = '<think>\nFirst a.\n</think>\n\nThe answer.'
  const told = (content: string, isGrowing = false) =>
    Object.values(withThoughts({ content, reasoning: null }, isGrowing))

  test('are told apart from what is said', () => {
    expect(told(whole)).toEqual(['The answer.', 'First a.'])
    expect(told('\n<thinking>a</thinking>b')).toEqual(['b', 'a'])
    expect(told('<think></think>b')).toEqual(['b', null])
    expect(withThoughts({ content: whole, reasoning: 'Before.' }, false).reasoning).toBe(
      'Before.\n\nFirst a.',
    )
  })

  test('are never shown with a piece of a tag while they come, and nothing said is taken back', () => {
    let said = ''
    for (let length = 0; length <= whole.length; length++) {
      const [content, reasoning] = told(whole.slice(0, length), true)
      expect(`${content}${reasoning}`).not.toMatch(/[<>]/)
      expect(content?.startsWith(said)).toBe(true)
      said = content ?? ''
    }
    expect(said).toBe('The answer.')
  })

  test('that are not closed are thoughts; tags elsewhere are text', () => {
    expect(told('<think>First <')).toEqual(['', 'First <'])
    expect(told('Write <think>a</think>')).toEqual(['Write <think>a</think>', null])
    expect(told('<thi')).toEqual(['<thi', null])
    expect(told('<table>', true)).toEqual(['<table>', null])
  })
})

test('[W-64] of an answer that was stopped no more is shown than was seen, and less where less was kept', () => {
  const seen = { content: 'One two', reasoning: null }
  const kept = (content: string) => upTo(seen, { content, reasoning: null }).content
  expect([kept('One two three'), kept('One two'), kept('One')]).toEqual(['One two', 'One two', 'One'])
  expect(upTo(undefined, { content: 'Any', reasoning: null }).content).toBe('Any')
})

test('[W-78] what is found is marked once, however its words lie over one another', () => {
  const told = (...marks: [number, number][]) =>
    markedPieces({ excerpt: 'qfoobar and more', marks: marks.map(([at, length]) => ({ at, length })) })
      .map(({ text, isMarked }) => (isMarked ? `[${text}]` : text))
      .join('')
  expect(told([0, 4], [0, 7])).toBe('[qfoobar] and more')
  expect(told([0, 7], [1, 3])).toBe('[qfoobar] and more')
  expect(told([12, 4], [0, 4], [4, 3])).toBe('[qfoobar] and [more]')
  expect(told([2, 900])).toBe('qf[oobar and more]')
  expect(told()).toBe('qfoobar and more')
})

test('[W-114] a video is played from the portal, linked from the web, and nothing else', () => {
  const from = (url: string) => videoSource(url, 'https://portal.example')
  expect(from('/api/files/a')).toEqual({ kind: 'own', href: 'https://portal.example/api/files/a' })
  expect(from('https://portal.example/v')).toEqual({ kind: 'own', href: 'https://portal.example/v' })
  expect(from('https://else.example/v')).toEqual({ kind: 'foreign', href: 'https://else.example/v' })
  expect(from('//else.example/v')).toEqual({ kind: 'foreign', href: 'https://else.example/v' })
  for (const url of ['javascript:alert(1)', 'data:video/mp4,x', 'blob:https://portal.example/x', 'http://'])
    expect(from(url)).toBeNull()
})

describe('[W-86] an upload', () => {
  afterEach(() => void vi.unstubAllGlobals())

  /** A browser whose server answers every upload so. */
  const withAnswer = (status: number, responseText: string) =>
    vi.stubGlobal(
      'XMLHttpRequest',
      class {
        status = status
        responseText = responseText
        upload = {}
        onload = () => {}
        open() {}
        send() {
          this.onload()
        }
      },
    )
  const upload = () =>
    uploadAttachment(new File(['a'], 'a.txt'), { onProgress() {}, signal: new AbortController().signal })

  test.each([
    [201, '<html>Welcome to the hotel’s network', 'The portal cannot be reached.'],
    [201, '{"attachments":[]}', 'The portal cannot be reached.'],
    [201, '{}', 'The portal cannot be reached.'],
    [415, '{"error":"No such type.","code":"unsupported_media_type","requestId":"req_1"}', 'No such type.'],
    [0, '', 'status 502'],
  ])('ends also where its answer is %j %s', async (status, text, said) => {
    withAnswer(status, text)
    await expect(upload()).rejects.toThrow(said)
  })
})
