import { newId } from '@portal/contract'
import { beforeEach, describe, expect, test } from 'vitest'
import { filesOf } from '../files/test-files.ts'
import { eventually, startPortal } from '../test/index.ts'
import { endOf, personWith, type Told, textOf, useChat } from './test-chat.ts'

const { portal, cluster, aPerson } = useChat()
// What was stopped before the upstream heard of it leaves its answer to nobody.
beforeEach(() => portal().upstream.reset())

const words = Array.from({ length: 40 }, (_, i) => `word${i} `)
const whole = words.join('')
const slowly = (delayMs = 10) => portal().upstream.enqueue({ kind: 'answer', chunks: words, delayMs })
const inOrder = (told: readonly Told[], after = 0) =>
  expect(told.map(({ seq }) => seq)).toEqual(told.map((_, i) => after + i + 1))

describe('an answer', () => {
  test('[CG1] [CG2] [CM1] is made for a question, told as it comes, and stays', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    slowly()
    const { status, body, id: generationId } = await ada.ask(id)
    expect(status).toBe(201)
    expect(body.generation).toMatchObject({ id: generationId, sessionId: id, status: 'running' })
    const [question, answer] = body.messages
    expect([question.role, answer.role, answer.parentId]).toEqual(['user', 'assistant', question.id])
    const told = await ada.read(id, generationId)
    inOrder(told)
    expect(textOf(told)).toBe(whole)
    expect(told.length).toBeGreaterThan(5)
    const message = endOf(told)
    expect(message).toMatchObject({ id: answer.id, content: whole, status: 'complete', model: 'test-model' })
    expect(message.totalTokens).toBeGreaterThan(0)
    expect(message.tokensEstimated).toBe(false)
    expect(await ada.messages(id)).toEqual([expect.objectContaining({ id: question.id }), message])
    expect(await ada.session(id)).toMatchObject({ leafId: answer.id, running: false })
  })

  test('[CG1] asked for twice at once is one, and another chat’s id is refused', async () => {
    const ada = await aPerson()
    const [one, other] = [await ada.aSession(), await ada.aSession()]
    const id = newId('generation')
    slowly()
    const both = await Promise.all([ada.ask(one.id, { id }), ada.ask(one.id, { id })])
    expect(both.map(({ status }) => status)).toEqual([201, 201])
    expect(both[0].body.generation.messageId).toBe(both[1].body.generation.messageId)
    expect((await ada.ask(other.id, { id })).status).toBe(409)
    await ada.read(one.id, id)
    expect(await ada.messages(one.id)).toHaveLength(2)
    const [again, chats] = [newId('generation'), await Promise.all([1, 2, 3].map(() => ada.aSession()))]
    const all = await Promise.all(chats.map((chat) => ada.ask(chat.id, { id: again })))
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  })

  test('[CG2] a character that comes in two pieces is whole, what no text can hold is left out', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const chunks = ['before ', 'nul\0 here', ' smile \ud83d', '\ude00 after', ' half \ud83d']
    portal().upstream.enqueue({ kind: 'answer', chunks, delayMs: 40 })
    const { id: generationId } = await ada.ask(id)
    const told = await ada.read(id, generationId)
    const content = 'before nul here smile \u{1f600} after half \ufffd'
    expect(textOf(told)).toBe(content)
    expect(endOf(told)).toMatchObject({ content, status: 'complete' })
  })

  test('[CG1] goes on when every reader has left', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    slowly()
    const { id: generationId } = await ada.ask(id)
    await ada.read(id, generationId, { goesOn: (told) => told.length < 3 })
    await eventually(async () =>
      expect((await ada.messages(id)).at(-1)).toMatchObject({ content: whole, status: 'complete' }),
    )
  })

  test.each([1, 2, 3, 4, 5])('[CG3] is read on from token to token without gap or repeat (%i)', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    slowly(8)
    const { id: generationId } = await ada.ask(id)
    const seen: Told[] = []
    for (let reads = 0; seen.at(-1)?.event.type !== 'end'; reads++) {
      const after = seen.at(-1)?.seq ?? 0
      // A page that is loaded anew knows what the message says, and where it stands.
      const message = (await ada.messages(id)).at(-1)
      if (message?.status === 'running') {
        expect(whole.startsWith(message.content)).toBe(true)
        const rest = await ada.read(id, generationId, {
          after: message.seq,
          goesOn: (told) => told.length < 1,
        })
        expect(rest.at(0)?.seq).toBe(message.seq + 1)
      }
      seen.push(
        ...(await ada.read(id, generationId, { after, goesOn: (told) => reads > 6 || told.length < 3 })),
      )
    }
    inOrder(seen)
    expect(textOf(seen)).toBe(whole)
    expect(textOf(await ada.read(id, generationId)), 'who comes later').toBe(whole)
  })

  test('[CG5] that fails keeps what came before, and says why; one that never began too', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    portal().upstream.enqueue({ kind: 'reset', after: 10, chunks: words, delayMs: 5 })
    const cut = await ada.ask(id)
    const broken = endOf(await ada.read(id, cut.id))
    expect(broken).toMatchObject({ status: 'failed', fault: { code: 'upstream_error' } })
    expect(whole.startsWith(broken.content) && broken.content !== '').toBe(true)
    portal().upstream.enqueue({ kind: 'status', status: 400 })
    const refused = await ada.ask(id, { parentId: broken.id })
    expect(endOf(await ada.read(id, refused.id))).toMatchObject({ status: 'failed', content: '' })
  })

  test('[CG10] is told no longer than its reader may read it, and goes on', { timeout: 15_000 }, async () => {
    const { secret, id: keyId, owner } = await portal().aKey()
    const [ada, again] = [personWith(portal(), secret), (await portal().aKey({ owner })).secret]
    const { id } = await ada.aSession()
    portal().upstream.enqueue({ kind: 'answer', chunks: [...words, ...words, ...words], delayMs: 50 })
    const { id: generationId } = await ada.ask(id)
    let ended: Promise<unknown> | null = null
    const told = await ada.read(id, generationId, {
      goesOn() {
        ended ??= portal().services.keys.revokeKey(owner, keyId, { reason: 'Lost', leaked: false })
        return true
      },
    })
    await ended
    expect(told.at(-1)?.event.type).not.toBe('end')
    expect(textOf(told).length).toBeLessThan(2 * whole.length)
    const message = endOf(await personWith(portal(), again).read(id, generationId))
    expect(message).toMatchObject({ status: 'complete', content: whole.repeat(3) })
  })

  test('[CG7] is a row of the ledger that names the chat, and takes its tokens', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession({ title: 'Named' })
    const { id: generationId } = await ada.ask(id)
    const { totalTokens } = endOf(await ada.read(id, generationId))
    const [row] = await portal().ledgerRows(`session_id = '${id}'`)
    expect(row).toMatchObject({ purpose: 'chat', status: 'ok', streamed: true, dialect: 'portal' })
    expect(Number(row?.input_tokens) + Number(row?.output_tokens)).toBe(totalTokens)
  })

  test('[CG7] is one of five at most in a chat, however many are asked for at once', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    for (let i = 0; i < 5; i++) slowly(20)
    const asked = await Promise.all(Array.from({ length: 12 }, () => ada.ask(id)))
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(5)
    expect(asked.filter(({ status }) => status === 409)).toHaveLength(7)
    await Promise.all(asked.filter(({ status }) => status === 201).map((each) => ada.stop(id, each.id)))
  })
})

describe('[CG4] stopping', () => {
  test.each([1, 2, 3, 4, 5])('from elsewhere leaves what was shown (%i)', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    slowly()
    const { id: generationId } = await ada.ask(id)
    const seen = textOf(await ada.read(id, generationId, { goesOn: (told) => textOf(told).length < 60 }))
    const other = personWith(portal(), ada.key)
    expect((await other.stop(id, generationId, seen.length)).status).toBe(200)
    const message = endOf(await ada.read(id, generationId))
    expect(message).toMatchObject({ status: 'stopped', content: seen, fault: null })
    expect((await ada.messages(id)).at(-1)).toMatchObject({ content: seen })
    await eventually(async () => {
      const [row] = await portal().ledgerRows(`session_id = '${id}'`)
      expect(row).toMatchObject({ status: 'client_cancelled' })
      expect(Number(row?.output_tokens)).toBeGreaterThan(0)
    })
  })

  test('works before the first token, twice, and after the end', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    portal().upstream.enqueue({ kind: 'answer', chunks: words, delayMs: 60_000 })
    const { id: generationId } = await ada.ask(id)
    await Promise.all([ada.stop(id, generationId), ada.stop(id, generationId)])
    expect(endOf(await ada.read(id, generationId))).toMatchObject({ status: 'stopped', content: '' })
    expect((await ada.stop(id, generationId)).status).toBe(200)
  })
})

describe('[CG4] a stop that comes late', () => {
  test('cuts an answer that had just ended to what was shown, once', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const { id: generationId } = await ada.ask(id)
    const { content } = endOf(await ada.read(id, generationId))
    expect((await ada.stop(id, generationId, content.length)).status).toBe(200)
    expect(await ada.messages(id)).toEqual([
      expect.anything(),
      expect.objectContaining({ content, status: 'complete' }),
    ])
    expect((await ada.stop(id, generationId, 3)).status).toBe(200)
    expect((await ada.stop(id, generationId, 1)).status).toBe(200)
    const cut = { content: content.slice(0, 3), status: 'stopped' }
    expect((await ada.messages(id)).at(-1)).toMatchObject(cut)
    expect(endOf(await ada.read(id, generationId))).toMatchObject(cut)
  })

  test('leaves an answer alone that ended long ago', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const { id: generationId } = await ada.ask(id)
    const { content } = endOf(await ada.read(id, generationId))
    await portal().pool.query(
      `update chat_generations set ended_at = ended_at - interval '2 minutes' where id = $1`,
      [generationId],
    )
    expect((await ada.stop(id, generationId, 3)).status).toBe(200)
    expect((await ada.messages(id)).at(-1)).toMatchObject({ content, status: 'complete' })
  })

  test('holds where whoever made the answer died before it heard of it', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const { id: generationId } = await ada.ask(id)
    const { content } = endOf(await ada.read(id, generationId))
    // As a process leaves it that died: under way, with the note of a stop, and silent.
    await portal().pool.query(
      `update chat_generations set status = 'running', ended_at = null, stop_asked_at = now(), shown_characters = 4,
       heartbeat_at = now() - interval '1 minute' where id = $1`,
      [generationId],
    )
    await portal().pool.query(
      `update chat_messages set status = 'running', content = '' where session_id = $1`,
      [id],
    )
    await eventually(async () =>
      expect((await ada.messages(id)).at(-1)).toMatchObject({
        content: content.slice(0, 4),
        status: 'stopped',
      }),
    )
  })
})

describe('[CG4] stopping while files of the question are being read', () => {
  /** Somebody's question with a file that nobody reads to its end. */
  async function aWaitingQuestion() {
    const ada = await aPerson()
    const files = filesOf(portal(), ada.key)
    const [file] = await files.attachments({ name: 'note.txt', content: 'The heron stands still.' })
    await files.read(file ?? { id: null })
    await portal().pool.query(`update files set status = 'reading' where id = $1`, [file?.id])
    const { id } = await ada.aSession()
    const asked = await ada.ask(id, { attachments: [file] })
    expect(asked.status).toBe(201)
    return { ada, sessionId: id, generationId: asked.id }
  }
  const waitsMs = 30_000

  test('ends it at once, and no model is asked, nothing charged and nothing held', async () => {
    const requestsBefore = portal().upstream.requests.length
    const { ada, sessionId, generationId } = await aWaitingQuestion()
    const startedAt = performance.now()
    expect((await ada.stop(sessionId, generationId)).status).toBe(200)
    expect(endOf(await ada.read(sessionId, generationId))).toMatchObject({
      ...{ status: 'stopped', content: '', fault: null, totalTokens: null },
    })
    expect(performance.now() - startedAt).toBeLessThan(waitsMs / 3)
    expect(await ada.session(sessionId)).toMatchObject({ running: false })
    expect(portal().upstream.requests).toHaveLength(requestsBefore)
    expect(await portal().ledgerRows(`session_id = '${sessionId}'`)).toEqual([])
    await eventually(() => expect(portal().held()).toEqual({ openLeases: 0, heldTokens: 0 }))
  })

  test('makes room for as many as may run in a chat', async () => {
    const { ada, sessionId, generationId } = await aWaitingQuestion()
    const question = (await ada.messages(sessionId)).at(0)
    const again = () => ada.ask(sessionId, { content: undefined, parentId: question?.id })
    const others = await Promise.all(Array.from({ length: 4 }, again))
    expect((await again()).status).toBe(409)
    for (const id of [generationId, ...others.map((each) => each.id)]) {
      await ada.stop(sessionId, id)
      expect(endOf(await ada.read(sessionId, id)).status).toBe('stopped')
    }
    await portal().pool.query(`update files set status = 'ready'`)
    const { id } = await again()
    expect(endOf(await ada.read(sessionId, id)).status).toBe('complete')
  })
})

describe('[CG5] when its process dies', () => {
  test('it is interrupted, and keeps all that was committed', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const message = newId('message')
    const generationId = newId('generation')
    const { pool } = portal()
    await pool.query(
      `insert into chat_messages (id, session_id, role, content, status, created_at)
       values ($1, $2, 'assistant', '', 'running', now())`,
      [message, id],
    )
    await pool.query(
      `insert into chat_generations (id, session_id, message_id, model, status, heartbeat_at, started_at)
       values ($1, $2, $3, 'test-model', 'running', now() - interval '9 seconds', now())`,
      [generationId, id, message],
    )
    await pool.query(
      `insert into chat_generation_events values ($1, 1, '{"type":"text","text":"What was "}'), ($1, 2, '{"type":"text","text":"said"}')`,
      [generationId],
    )
    const told = await ada.read(id, generationId)
    expect(endOf(told)).toMatchObject({ status: 'interrupted', content: 'What was said' })
    expect(textOf(told)).toBe('What was said')
  })

  test('so it is when the portal shuts down, and the next one has it', async () => {
    const first = await startPortal({ cluster: cluster() })
    const { secret } = await first.aKey()
    const ada = personWith(first, secret)
    const { id } = await ada.aSession()
    first.upstream.enqueue({ kind: 'answer', chunks: words, delayMs: 50 })
    const { id: generationId } = await ada.ask(id)
    await ada.read(id, generationId, { goesOn: (told) => told.length < 3 })
    await first.close()
    const second = await startPortal({ cluster: cluster(), database: first.database })
    const message = (await personWith(second, secret).messages(id)).at(-1)
    expect(message).toMatchObject({ status: 'interrupted' })
    expect(message?.content).toMatch(/^word0 word1 /)
    await second.close()
  })
})
