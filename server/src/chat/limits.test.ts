// What a chat refuses: more than it holds, what is no text, and keys that may not talk to models.
import { newId } from '@portal/contract'
import { expect, test } from 'vitest'
import { endOf, personWith, useChat } from './test-chat.ts'

const { portal, aPerson } = useChat()

const aFullChat = async (texts: string) => {
  const ada = await aPerson()
  const { id } = await ada.aSession()
  await portal().pool.query(
    `insert into chat_messages (id, session_id, role, content, status, created_at)
     select 'msg_' || lpad(n::text, 26, '0'), $1, 'user', text, 'complete', now() from (${texts}) t(n, text)`,
    [id],
  )
  return {
    ada,
    id,
    write: (content: string) => ada.send('POST', '/messages', { sessionId: id, role: 'user', content }),
  }
}
const full = [409, 'This chat is full. Go on in a new one.']

test('[CM6] a chat takes its ten-thousandth message, and none after it', async () => {
  const { ada, id, write } = await aFullChat(`select n, 'x' from generate_series(1, 9998) n`)
  expect((await write('One more')).status).toBe(201)
  const asked = await ada.ask(id, { content: 'The last one' })
  expect(asked.status).toBe(201)
  // The last question gets its answer.
  expect(endOf(await ada.read(id, asked.id)).status).toBe('complete')
  for (const { status, body } of [await write('Another'), await ada.ask(id, { content: 'Another' })])
    expect([status, body.error]).toEqual(full)
})

test('[CM6] nor more than 20 MiB of text, whichever way it comes', async () => {
  const { ada, id, write } = await aFullChat(`values (99999, repeat('x', 20 * 1024 * 1024 - 1))`)
  expect((await write('ü')).status).toBe(201)
  expect((await write('x')).status).toBe(409)
  const body = { model: 'test-model', messages: [{ role: 'user', content: 'x' }], session_id: id }
  const response = await portal().post({ key: ada.key, body })
  expect(response.status).toBe(409)
  const last = (await ada.messages(id)).at(-1)?.id
  const change = async (content: string) => (await ada.send('PATCH', `/messages/${last}`, { content })).status
  expect([await change('üü'), await change('u'), await change('uu')]).toEqual([409, 200, 409])
})

test('[CM6] the tools that were called count as text', async () => {
  const { id, write } = await aFullChat(`values (88888, repeat('x', 19 * 1024 * 1024))`)
  await portal().pool.query(
    `update chat_messages set tool_calls = jsonb_build_array(jsonb_build_object('name', repeat('x', 1024 * 1024)))
     where session_id = $1`,
    [id],
  )
  expect((await write('x')).status).toBe(409)
})

test.each([
  ['GET', '/sessions?tag=%00', 400],
  ['GET', '/sessions/%00', 404],
  ['DELETE', '/prompts/%00', 404],
])('%s %s names nothing: a %i', async (method, path, status) => {
  expect((await (await aPerson()).send(method, path)).status).toBe(status)
})

test('[CX1] a link to a chat is not found by what is no text', async () => {
  expect((await fetch(`${portal().url}/api/shared/%00`)).status).toBe(404)
})

test('[FC1] an attachment is named by an id: another text is a 404, no fault of ours', async () => {
  const ada = await aPerson()
  const { id: sessionId } = await ada.aSession()
  const attachments = [{ id: 'a\0' }]
  const sent = await ada.send('POST', '/messages', { sessionId, role: 'user', content: 'x', attachments })
  expect(sent.status).toBe(404)
})

test('[CG4] nobody saw more characters than a number of the database has', async () => {
  const ada = await aPerson()
  const { id } = await ada.aSession()
  const asked = await ada.ask(id)
  expect((await ada.stop(id, asked.id, 2 ** 31)).status).toBe(400)
  expect((await ada.stop(id, asked.id, 2 ** 31 - 1)).status).toBe(200)
})

test('a key that may not talk to models begins no answer, and leaves no question', async () => {
  const { secret } = await portal().aKey({ permissions: ['images'] })
  const ada = personWith(portal(), secret)
  const { id } = await ada.aSession()
  const asked = await ada.ask(id, { id: newId('generation') })
  expect([asked.status, asked.body.code]).toEqual([403, 'permission_denied'])
  expect(await ada.messages(id)).toEqual([])
})

test('[CM1] a video is at a web address', async () => {
  const ada = await aPerson()
  const { id: sessionId } = await ada.aSession()
  const { body } = await ada.send('POST', '/messages', { sessionId, role: 'assistant', content: 'Look' })
  const video = (url: string) =>
    ada.send('PATCH', `/messages/${body.id}`, { video: { url, mimeType: 'video/mp4', durationMs: 1 } })
  expect((await video('javascript:alert(1)')).status).toBe(400)
  expect((await video('https://example.com/a.mp4')).status).toBe(200)
})
