import type { ChatMessage, ChatSession } from '@portal/contract'
import { expect, test } from 'vitest'
import { endOf, useChat } from './test-chat.ts'

const { portal, aPerson } = useChat({ env: { TRUST_PROXY: '127.0.0.1' } })

const read = (url: string) => fetch(portal().url + url)
/** The link without its host, as its page asks for it. */
const shared = (url: string) => read(`/api/shared/${new URL(url).pathname.split('/').at(-1)}`)

async function aChat() {
  const ada = await aPerson()
  const { id } = await ada.aSession({ title: 'Plans', instructions: 'Secret instructions' })
  portal().upstream.enqueue({ kind: 'answer', reasoning: ['Secret thoughts'], text: 'Hello there' })
  const asked = await ada.ask(id, { content: 'Say hello' })
  const answer = endOf(await ada.read(id, asked.id))
  return { ada, id, answer }
}

test('[CX1] a link shows the branch in use to anybody, and nothing of whose it is', async () => {
  const { ada, id, answer } = await aChat()
  const { status, body: share } = await ada.send('POST', `/sessions/${id}/shares`)
  expect([status, share.messageCount]).toEqual([201, 2])
  const response = await shared(share.url)
  expect(response.headers.get('x-robots-tag')).toBe('noindex')
  const text = await response.text()
  expect(JSON.parse(text)).toEqual({
    title: 'Plans',
    createdAt: expect.any(String),
    messages: [
      {
        role: 'user',
        content: 'Say hello',
        model: null,
        status: 'complete',
        attachments: [],
        createdAt: expect.any(String),
      },
      {
        role: 'assistant',
        content: answer.content,
        model: 'test-model',
        status: 'complete',
        attachments: [],
        createdAt: expect.any(String),
      },
    ],
  })
  expect(text).not.toMatch(/Secret|usr_|org_|cht_|msg_|@/)
})

test('[CX2] a chat has twenty links at most, however many are asked for at once', async () => {
  const { ada, id } = await aChat()
  const all = await Promise.all(Array.from({ length: 25 }, () => ada.send('POST', `/sessions/${id}/shares`)))
  expect(all.filter(({ status }) => status === 201)).toHaveLength(20)
  expect(all.filter(({ status }) => status === 409)).toHaveLength(5)
  const { body } = await ada.send('GET', '/shares')
  expect(body.data).toHaveLength(20)
  await ada.send('DELETE', `/shares/${body.data[0].id}`)
  expect((await ada.send('POST', `/sessions/${id}/shares`)).status).toBe(201)
})

test('[CX1] what is said later, and other branches, are not in it', async () => {
  const { ada, id, answer } = await aChat()
  const { body: share } = await ada.send('POST', `/sessions/${id}/shares`)
  const later = await ada.ask(id, { content: 'And later', parentId: answer.id })
  await ada.read(id, later.id)
  const other = await ada.ask(id, { content: 'Another beginning', parentId: null })
  await ada.read(id, other.id)
  const text = await (await shared(share.url)).text()
  expect(text).not.toMatch(/And later|Another beginning/)
  const { body: second } = await ada.send('POST', `/sessions/${id}/shares`)
  const now = await (await shared(second.url)).text()
  expect(now).toContain('Another beginning')
  expect(now).not.toContain('And later')
})

test('[CX1] links are of 144 random bits, and a chat without messages has none', async () => {
  const { ada, id } = await aChat()
  const urls = await Promise.all(
    [1, 2, 3].map(async () => (await ada.send('POST', `/sessions/${id}/shares`)).body.url),
  )
  const tokens = urls.map((url) => Buffer.from(new URL(url).pathname.split('/').at(-1) ?? '', 'base64url'))
  expect(new Set(tokens.map((token) => token.toString('hex'))).size).toBe(3)
  expect(tokens.map((token) => token.length)).toEqual([18, 18, 18])
  const empty = await ada.aSession()
  expect((await ada.send('POST', `/sessions/${empty.id}/shares`)).status).toBe(409)
})

test('[CX2] a revoked link is a 404; others of the chat go on', async () => {
  const { ada, id } = await aChat()
  const { body: first } = await ada.send('POST', `/sessions/${id}/shares`)
  const { body: second } = await ada.send('POST', `/sessions/${id}/shares`)
  const bob = await aPerson()
  expect((await bob.send('DELETE', `/shares/${first.id}`)).status).toBe(404)
  expect((await shared(first.url)).status).toBe(200)
  expect((await ada.send('DELETE', `/shares/${first.id}`)).status).toBe(200)
  expect((await ada.send('DELETE', `/shares/${first.id}`)).status).toBe(404)
  expect([(await shared(first.url)).status, (await shared(second.url)).status]).toEqual([404, 200])
  const { body: listed } = await ada.send('GET', '/shares')
  expect(listed.data.map((share: { id: string }) => share.id)).toEqual([second.id])
  expect((await bob.send('GET', '/shares')).body.data).toEqual([])
})

test('[CX2] a link is dead while its chat is in the trash, and gone with it', async () => {
  const { ada, id } = await aChat()
  const { body: share } = await ada.send('POST', `/sessions/${id}/shares`)
  await ada.send('DELETE', `/sessions/${id}`)
  expect((await shared(share.url)).status).toBe(404)
  expect((await ada.send('GET', '/shares')).body.data).toEqual([])
  expect((await ada.send('POST', `/sessions/${id}/shares`)).status).toBe(404)
  await ada.send('POST', `/sessions/${id}/restore`)
  expect((await shared(share.url)).status).toBe(200)
  await ada.send('DELETE', `/sessions/${id}?purge=true`)
  expect((await shared(share.url)).status).toBe(404)
})

test('[CX3] a chat is exported as Markdown, the branch in use, and as JSON, all of it', async () => {
  const { ada, id, answer } = await aChat()
  const other = await ada.ask(id, { content: 'Another beginning', parentId: null })
  await ada.read(id, other.id)
  await ada.send('PATCH', `/sessions/${id}`, { leafId: answer.id })
  const headers = { authorization: `Bearer ${ada.key}` }
  const get = (format: string) =>
    fetch(`${portal().url}/api/chat/sessions/${id}/export?format=${format}`, { headers })
  const markdown = await get('markdown')
  expect(markdown.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Plans.md")
  const text = await markdown.text()
  expect(text).toMatch(/^# Plans\n\n## You, \S+\n\nSay hello\n\n## Assistant \(test-model\), \S+\n\n/)
  expect(text).toContain(answer.content)
  expect(text).not.toContain('Another beginning')
  const json = (await (await get('json')).json()) as { session: ChatSession; messages: ChatMessage[] }
  expect(json.session.title).toBe('Plans')
  expect(json.messages.map(({ content }) => content)).toContain('Another beginning')
  expect((await get('pdf')).status).toBe(400)
})

test('[CG8] what a person wants in all chats stands before what the chat wants', async () => {
  const ada = await aPerson()
  expect((await ada.send('GET', '/settings')).body).toEqual({ instructions: null, filters: [] })
  const { body } = await ada.send('PATCH', '/settings', { instructions: 'Answer in verse.' })
  expect(body).toMatchObject({ instructions: 'Answer in verse.' })
  const { id } = await ada.aSession({ title: 'x', instructions: 'Be brief.' })
  await ada.read(id, (await ada.ask(id)).id)
  const asked = JSON.stringify(portal().upstream.requests.at(-1)?.body)
  expect(asked.indexOf('Answer in verse.')).toBeGreaterThan(0)
  expect(asked.indexOf('Be brief.')).toBeGreaterThan(asked.indexOf('Answer in verse.'))
  expect((await (await aPerson()).send('GET', '/settings')).body).toEqual({ instructions: null, filters: [] })
})

test('[CX4] a network reads 120 links a minute, whatever they lead to and however many at once', async () => {
  const { ada, id } = await aChat()
  const { body: share } = await ada.send('POST', `/sessions/${id}/shares`)
  const token = new URL(share.url).pathname.split('/').at(-1)
  const readFrom = (address: string, path = token) =>
    fetch(`${portal().url}/api/shared/${path}`, { headers: { 'x-forwarded-for': address } })
  const all = await Promise.all(
    Array.from({ length: 125 }, (_, n) => readFrom(`2001:db8:1:2::${n}`, n % 2 ? token : 'x'.repeat(24))),
  )
  const refused = all.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(5)
  for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await readFrom('2001:db8:1:2:ffff::1')).status).toBe(429)
  expect((await readFrom('2001:db8:1:3::1')).status).toBe(200)
})
