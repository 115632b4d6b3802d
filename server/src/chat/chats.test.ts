import { newId } from '@portal/contract'
import { describe, expect, test } from 'vitest'
import { eventually } from '../test/index.ts'
import { type ChatPerson, endOf, useChat } from './test-chat.ts'

const { portal, aPerson } = useChat()

describe('a chat', () => {
  test('[CS1] has a title, and settings of its own, which can be changed', async () => {
    const ada = await aPerson()
    const { body: bare, status } = await ada.send('POST', '/sessions')
    expect([status, bare.title, bare.model, bare.messages]).toEqual([201, 'New chat', null, []])
    const given = {
      title: 'Plans',
      model: 'test-model',
      temperature: 0.3,
      instructions: 'Be brief.',
      tags: ['a', 'a', 'b'],
    }
    const { body: made } = await ada.send('POST', '/sessions', given)
    expect(made).toMatchObject({ ...given, tags: ['a', 'b'], pinned: false, archived: false, leafId: null })
    const { body: changed } = await ada.send('PATCH', `/sessions/${made.id}`, {
      title: 'New plans',
      pinned: true,
    })
    expect(changed).toMatchObject({ ...given, tags: ['a', 'b'], title: 'New plans', pinned: true })
    expect((await ada.send('PATCH', `/sessions/${made.id}`, {})).body).toEqual(changed)
  })

  test.each([
    [{ title: '' }, 400, 'title'],
    [{ title: 'two\nlines' }, 400, 'title'],
    [{ title: 'x'.repeat(201) }, 400, 'title'],
    [{ temperature: 2.1 }, 400, 'temperature'],
    [{ instructions: 'a\0b' }, 400, 'instructions'],
    [{ model: 'no-such' }, 404, 'model'],
    [{ colour: 'red' }, 400, 'colour'],
  ])('[CS1] %j is a %i that names it', async (wrong, status, param) => {
    const ada = await aPerson()
    const made = await ada.send('POST', '/sessions', wrong)
    expect([made.status, made.body.param]).toEqual([status, param])
    const { id } = await ada.aSession()
    expect((await ada.send('PATCH', `/sessions/${id}`, wrong)).status).toBe(status)
  })

  test('[CS2] is among the 50 used last, page by page without gap or repeat', async () => {
    const ada = await aPerson()
    const made: string[] = []
    for (let i = 0; i < 53; i++) made.unshift((await ada.aSession({ title: `Chat ${i}` })).id)
    const first = (await ada.send('GET', '/sessions')).body
    expect(first.data).toHaveLength(50)
    const second = (await ada.send('GET', `/sessions?cursor=${first.nextCursor}`)).body
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made)
    expect(second.nextCursor).toBeNull()
    const oldest = made.at(-1) ?? ''
    await ada.send('POST', '/messages', { sessionId: oldest, role: 'user', content: 'Again' })
    expect((await ada.send('GET', '/sessions?limit=1')).body.data[0].id).toBe(oldest)
    for (const cursor of ['x', '1-x', `1-${newId('key')}`])
      expect((await ada.send('GET', `/sessions?cursor=${cursor}`)).status).toBe(400)
  })

  test('[CS2] that is pinned stands before those used later, on whatever page', async () => {
    const ada = await aPerson()
    const made: string[] = []
    for (let i = 0; i < 7; i++) made.unshift((await ada.aSession({ title: `Chat ${i}` })).id)
    const [oldest = '', older = ''] = made.toReversed()
    for (const id of [oldest, older]) await ada.send('PATCH', `/sessions/${id}`, { pinned: true })
    const listed: string[] = []
    let cursor: string | null = ''
    for (let pages = 0; cursor !== null && pages < 10; pages++) {
      const query: string = cursor && `&cursor=${cursor}`
      const { body } = await ada.send('GET', `/sessions?limit=1${query}`)
      listed.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    }
    expect(listed).toEqual([older, oldest, ...made.slice(0, 5)])
    await ada.send('DELETE', `/sessions/${oldest}`)
    await ada.send('DELETE', `/sessions/${made[0]}`)
    const { data } = (await ada.send('GET', '/sessions?show=trash')).body
    expect(data.map(({ id }: { id: string }) => id)).toEqual([made[0], oldest])
  })

  test('[CS2] is found by several tags at once, with words and without', async () => {
    const ada = await aPerson()
    const titles = async (query: string) =>
      (await ada.send('GET', `/sessions?${query}`)).body.data.map(({ title }: { title: string }) => title)
    await ada.aSession({ title: 'Soup for many', tags: ['food', 'home, sweet home'] })
    await ada.aSession({ title: 'Soup of the day', tags: ['food'] })
    await ada.aSession({ title: 'Garden', tags: ['home, sweet home', 'food'] })
    const both = 'tag=food&tag=home, sweet home'
    expect(await titles('tag=food')).toEqual(['Garden', 'Soup of the day', 'Soup for many'])
    expect(await titles(both)).toEqual(['Garden', 'Soup for many'])
    expect(await titles(`${both}&search=soup`)).toEqual(['Soup for many'])
    expect(await titles('tag=food&tag=gone')).toEqual([])
    expect(await ada.send('GET', '/sessions?limit=1&limit=2')).toMatchObject({ status: 400 })
  })

  test('[CS2] is found by filters that are kept under names, apart from instructions', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()]
    const filters = [
      { name: 'Dinner', tags: ['food', 'home'], search: 'soup' },
      { name: 'Tax', tags: [], search: 'tax 2026' },
    ]
    await ada.send('PATCH', '/settings', { instructions: 'Be brief.' })
    expect((await ada.send('PATCH', '/settings', { filters })).body.filters).toEqual(filters)
    expect((await ada.send('GET', '/settings')).body).toEqual({ instructions: 'Be brief.', filters })
    expect((await bob.send('GET', '/settings')).body).toEqual({ instructions: null, filters: [] })
    const refused = [
      [{ name: 'Nothing' }],
      [...filters, { name: 'Tax', tags: ['tax'] }],
      Array.from({ length: 21 }, (_, i) => ({ name: `Filter ${i}`, tags: ['food'] })),
    ]
    for (const given of refused)
      expect(await ada.send('PATCH', '/settings', { filters: given })).toMatchObject({ status: 400 })
    expect((await ada.send('GET', '/settings')).body.filters).toEqual(filters)
  })

  test('[CS2] has its tags in the list of all tags, unless it is in the trash or another’s', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()]
    const tags = async () => (await ada.send('GET', '/tags')).body
    expect(await tags()).toEqual({ data: [] })
    await ada.aSession({ tags: ['work', 'home'] })
    const { id: archived } = await ada.aSession({ tags: ['work'] })
    await ada.send('PATCH', `/sessions/${archived}`, { archived: true })
    const { id: deleted } = await ada.aSession({ tags: ['gone', 'work'] })
    await ada.send('DELETE', `/sessions/${deleted}`)
    await bob.aSession({ tags: ['secret'] })
    expect(await tags()).toEqual({
      data: [
        { tag: 'home', chats: 1 },
        { tag: 'work', chats: 2 },
      ],
    })
  })

  test('[CS2] that is archived, tagged or in the trash is found in its own list', async () => {
    const ada = await aPerson()
    const [kept, archived, deleted] = [await ada.aSession(), await ada.aSession(), await ada.aSession()]
    await ada.send('PATCH', `/sessions/${archived.id}`, { archived: true, tags: ['work'] })
    await ada.send('DELETE', `/sessions/${deleted.id}`)
    const listed = async (query: string) =>
      (await ada.send('GET', `/sessions${query}`)).body.data.map(({ id }: { id: string }) => id)
    expect(await listed('')).toEqual([kept.id])
    expect(await listed('?show=archived')).toEqual([archived.id])
    expect(await listed('?show=archived&tag=work')).toEqual([archived.id])
    expect(await listed('?tag=work')).toEqual([])
    expect(await listed('?show=trash')).toEqual([deleted.id])
  })

  test('[CS3] in the trash comes back with its messages, and takes none meanwhile', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const said = { sessionId: id, role: 'user', content: 'Keep me' }
    await ada.send('POST', '/messages', said)
    await ada.send('DELETE', `/sessions/${id}`)
    expect((await ada.session(id)).deletedAt).not.toBeNull()
    expect((await ada.send('POST', '/messages', said)).status).toBe(404)
    expect((await ada.ask(id)).status).toBe(404)
    expect((await ada.send('POST', `/sessions/${id}/restore`)).body).toMatchObject({ id, deletedAt: null })
    expect(await ada.messages(id)).toMatchObject([{ content: 'Keep me' }])
  })

  test('[CS3] does not answer, however close to its deletion it was asked', async () => {
    const ada = await aPerson()
    const chats = await Promise.all(Array.from({ length: 8 }, () => ada.aSession()))
    for (const _ of chats)
      portal().upstream.enqueue({ kind: 'answer', chunks: ['a ', 'b '], delayMs: 60_000 })
    await Promise.all(chats.flatMap(({ id }) => [ada.ask(id), ada.send('DELETE', `/sessions/${id}`)]))
    for (const { id } of chats)
      await eventually(async () => expect(await ada.session(id)).toMatchObject({ running: false }))
    portal().upstream.reset()
  })

  test('[CS3] is gone after thirty days in the trash, and not a day before', async () => {
    const ada = await aPerson()
    const [old, recent, restored] = await Promise.all([1, 2, 3].map(() => ada.aSession()))
    const ids = [old, recent, restored].map((chat) => chat?.id ?? '')
    for (const id of ids) await ada.send('DELETE', `/sessions/${id}`)
    for (const [id, days] of [
      [ids[0], 31],
      [ids[1], 29],
      [ids[2], 31],
    ] as const)
      await portal().pool.query(
        `update chat_sessions set deleted_at = now() - make_interval(days => $2) where id = $1`,
        [id, days],
      )
    await ada.send('POST', `/sessions/${ids[2]}/restore`)
    await portal().pool.query(
      `insert into pgboss.job (name, data, policy, state) values ('chat-clean-up', '{}', 'short', 'created')`,
    )
    const statusOf = async (id: string | undefined) => (await ada.send('GET', `/sessions/${id}`)).status
    await eventually(async () => expect(await statusOf(ids[0])).toBe(404), 10_000)
    expect([await statusOf(ids[1]), await statusOf(ids[2])]).toEqual([200, 200])
  })

  test('[CS3] is purged at once, and its answer stopped', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    portal().upstream.enqueue({ kind: 'answer', chunks: ['a ', 'b '], delayMs: 60_000 })
    await ada.ask(id)
    expect((await ada.send('DELETE', `/sessions/${id}?purge=true`)).body).toEqual({ success: true })
    expect((await ada.send('GET', `/sessions/${id}`)).status).toBe(404)
    await eventually(() => expect(portal().held()).toEqual({ openLeases: 0, heldTokens: 0 }))
    portal().upstream.reset()
    const { rows } = await portal().pool.query('select from chat_messages where session_id = $1', [id])
    expect(rows).toEqual([])
  })
})

type Saying = { content: string; parentId?: string }

const lastAsked = () =>
  portal().upstream.requests.at(-1)?.body as { messages: { role: string; content: string }[] }

const say = async (person: ChatPerson, sessionId: string, saying: Saying) =>
  (await person.send('POST', '/messages', { sessionId, role: 'user', ...saying })).body

describe('messages', () => {
  test('[CM1] [CM2] are a tree whose branch in use is the same everywhere', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const one = await say(ada, id, { content: 'one' })
    const two = await say(ada, id, { content: 'two' })
    const three = await say(ada, id, { content: 'three' })
    expect([one.parentId, two.parentId, three.parentId]).toEqual([null, one.id, two.id])
    const edited = await say(ada, id, { content: 'two, edited', parentId: one.id })
    expect((await ada.session(id)).leafId).toBe(edited.id)
    const back = await ada.send('PATCH', `/sessions/${id}`, { leafId: two.id })
    expect(back.body.leafId, 'the newest end below').toBe(three.id)
    expect((await ada.messages(id)).map(({ content }) => content)).toEqual([
      'one',
      'two',
      'three',
      'two, edited',
    ])
    const other = await say(ada, (await ada.aSession()).id, { content: 'elsewhere' })
    expect((await ada.send('PATCH', `/sessions/${id}`, { leafId: other.id })).status).toBe(404)
    expect(
      (await ada.send('POST', '/messages', { sessionId: id, role: 'user', content: 'x', parentId: other.id }))
        .status,
    ).toBe(404)
  })

  test('[CM3] say what they take, and that it is estimated', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    expect(await say(ada, id, { content: 'What is machine learning?' })).toMatchObject({
      totalTokens: 7,
      tokensEstimated: true,
      attachments: [],
      status: 'complete',
    })
  })

  test('are changed in place, with a video to show', async () => {
    const ada = await aPerson()
    const { id } = await say(ada, (await ada.aSession()).id, { content: 'Look' })
    const video = { url: '/files/v', mimeType: 'video/mp4', durationMs: 1200, posterUrl: null }
    expect((await ada.send('PATCH', `/messages/${id}`, { video })).body).toMatchObject({
      content: 'Look',
      video,
    })
    const changed = await ada.send('PATCH', `/messages/${id}`, { content: 'See', video: null })
    expect(changed.body).toMatchObject({ content: 'See', video: null })
    expect((await ada.send('PATCH', `/messages/${id}`, { video: { url: 1 } })).status).toBe(400)
    for (const wrong of [{ url: 'javascript:alert(1)' }, { posterUrl: 'data:image/png,x' }]) {
      const refused = await ada.send('PATCH', `/messages/${id}`, { video: { ...video, ...wrong } })
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request'])
    }
  })

  test('[CM4] answers are rated up, down and not at all', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const { id: generationId } = await ada.ask(id)
    const answer = endOf(await ada.read(id, generationId))
    const rate = (message: string, body: object) => ada.send('POST', `/messages/${message}/rating`, body)
    expect((await rate(answer.id, { rating: 'up' })).body).toEqual({ success: true, rating: 1 })
    expect((await rate(answer.id, { rating: 'down', reason: 'Wrong.' })).body.rating).toBe(-1)
    expect((await ada.messages(id)).at(-1)).toMatchObject({ rating: -1, ratingReason: 'Wrong.' })
    expect((await rate(answer.id, { rating: 'none' })).body.rating).toBe(0)
    expect((await ada.messages(id)).at(-1)).toMatchObject({ rating: 0, ratingReason: null })
    expect((await rate(answer.parentId ?? '', { rating: 'up' })).status).toBe(409)
    expect((await rate(answer.id, { rating: 'great' })).status).toBe(400)
  })
})

describe('what the model is told', () => {
  test('[CG6] is the branch, with the chat’s instructions, and its temperature', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession({ title: 'x', instructions: 'Be brief.', temperature: 0.1 })
    const first = endOf(await ada.read(id, (await ada.ask(id, { content: 'one' })).id))
    const second = await ada.ask(id, { content: 'two', parentId: first.id })
    await ada.read(id, second.id)
    expect(lastAsked()).toMatchObject({
      temperature: 0.1,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: first.content },
        { role: 'user', content: 'two' },
      ],
    })
    const edited = await ada.ask(id, { content: 'one, edited', parentId: null })
    await ada.read(id, edited.id)
    expect(lastAsked().messages.map(({ content }) => content)).toEqual(['Be brief.', 'one, edited'])
  })

  test('[CM1] a question is answered again, beside the first answer; an answer is not', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const first = endOf(await ada.read(id, (await ada.ask(id)).id))
    const again = await ada.ask(id, { content: undefined, parentId: first.parentId })
    expect(endOf(await ada.read(id, again.id))).toMatchObject({ parentId: first.parentId })
    expect(await ada.messages(id)).toHaveLength(3)
    expect((await ada.ask(id, { content: undefined, parentId: first.id })).status).toBe(409)
    expect((await ada.ask(id, { content: undefined, parentId: null })).status).toBe(400)
    expect((await ada.ask(id, { model: 'no-such' })).status).toBe(404)
  })
})

describe('[GW-R7] a completion that names a chat', () => {
  test.each([{}, { stream: true }])(
    'is kept at its end, with its question, and told nothing of it %j',
    async (fields) => {
      const ada = await aPerson()
      const { id } = await ada.aSession()
      const first = await say(ada, id, { content: 'Before' })
      portal().upstream.enqueue({ kind: 'answer', text: 'An answer in words.' })
      const messages = [
        { role: 'user', content: 'Older' },
        { role: 'assistant', content: 'Sure' },
        { role: 'user', content: 'Newer' },
      ]
      const body = { model: 'test-model', messages, session_id: id, ...fields }
      await (await portal().post({ key: ada.key, body })).text()
      const [, question, answer] = await ada.messages(id)
      expect(question).toMatchObject({ role: 'user', content: 'Newer', parentId: first.id })
      expect(answer).toMatchObject({
        role: 'assistant',
        content: 'An answer in words.',
        parentId: question?.id,
      })
      expect(answer?.totalTokens).toBeGreaterThan(0)
      expect((await ada.session(id)).leafId).toBe(answer?.id)
      expect(lastAsked().messages).toEqual(messages)
      expect(await portal().ledgerRows(`session_id = '${id}'`)).toMatchObject([
        { purpose: 'api', status: 'ok' },
      ])
    },
  )

  test('[CT1] gives a chat that has no title its question for one, and asks no model for it', async () => {
    const ada = await aPerson()
    const { id } = await ada.send('POST', '/sessions', {}).then(({ body }) => body)
    for (const content of ['Which **rivers** rise\nin the Alps?', 'And which in the Andes?']) {
      portal().upstream.enqueue({ kind: 'answer', text: 'Many.' })
      const body = { model: 'test-model', messages: [{ role: 'user', content }], session_id: id }
      await (await portal().post({ key: ada.key, body })).text()
      await eventually(async () => expect((await ada.session(id)).title).toBe('Which **rivers** rise'))
    }
    expect(await portal().ledgerRows(`session_id = '${id}' and purpose = 'title'`)).toEqual([])
  })

  test('that fails leaves nothing there; in the trash, and another’s, it is a 404', async () => {
    const ada = await aPerson()
    const { id } = await ada.aSession()
    const ask = async (person: ChatPerson) => {
      const body = { model: 'test-model', messages: [{ role: 'user', content: 'x' }], session_id: id }
      return (await portal().post({ key: person.key, body })).status
    }
    portal().upstream.enqueue({ kind: 'status', status: 400 })
    expect(await ask(ada)).toBe(400)
    expect(await ada.messages(id)).toEqual([])
    expect(await ask(await aPerson())).toBe(404)
    await ada.send('DELETE', `/sessions/${id}`)
    expect(await ask(ada)).toBe(404)
  })
})

describe('[CT1] a title', () => {
  const titled = async (answer: object, model = 'A plan for the week.') => {
    const ada = await aPerson()
    const { id } = await ada.aSession({})
    portal().upstream.enqueue({ kind: 'answer', text: model }, { kind: 'answer', ...answer })
    await ada.read(id, (await ada.ask(id, { content: 'Plan my week' })).id)
    return { ada, id }
  }
  const titleOf = ({ ada, id }: Awaited<ReturnType<typeof titled>>, title: string) =>
    eventually(async () => expect((await ada.session(id)).title).toBe(title))

  test('comes with the first answer, by a call of its own', async () => {
    const chat = await titled({ text: '"Planning the week."' })
    await titleOf(chat, 'Planning the week')
    const rows = await portal().ledgerRows(`session_id = '${chat.id}'`)
    expect(rows.map(({ purpose }) => purpose).sort()).toEqual(['chat', 'title'])
  })

  test('is never what a model thought', async () => {
    await titleOf(
      await titled({ text: '<think>The user wants\na title</think>\n\n# Wochenplan' }),
      'Wochenplan',
    )
  })

  test('that failed comes with the next answer; one that somebody wrote stays', async () => {
    const { ada, id } = await titled({ kind: 'status', status: 400 })
    const asked = `session_id = '${id}' and purpose = 'title'`
    await eventually(async () => expect(await portal().ledgerRows(asked)).toHaveLength(1))
    expect((await ada.session(id)).title).toBe('New chat')
    portal().upstream.enqueue({ kind: 'answer', text: 'Two' }, { kind: 'answer', text: 'Second try' })
    await ada.read(id, (await ada.ask(id)).id)
    await titleOf({ ada, id }, 'Second try')
    await ada.send('PATCH', `/sessions/${id}`, { title: 'Mine' })
    await ada.read(id, (await ada.ask(id)).id)
    expect((await ada.session(id)).title).toBe('Mine')
  })
})
