import { expect, test } from 'vitest'
import { type ChatPerson, endOf, useChat } from './test-chat.ts'

const { portal, aPerson } = useChat()

const aChat = async (person: ChatPerson, title: string, ...said: string[]) => {
  const { id } = await person.aSession({ title })
  for (const content of said) await person.send('POST', '/messages', { sessionId: id, role: 'user', content })
  return id
}
const search = async (person: ChatPerson, words: string) =>
  (await person.send('GET', `/sessions?search=${encodeURIComponent(words)}`)).body.data
const found = async (person: ChatPerson, words: string) =>
  (await search(person, words)).map(({ title }: { title: string }) => title)

test('[CS4] chats are found by what they are called and by what they say, at once', async () => {
  const ada = await aPerson()
  await aChat(ada, 'Holiday in Rome', 'Where do we stay?')
  await aChat(ada, 'Work', 'The quarterly REPORT is due', 'Nothing else')
  await aChat(ada, '量子物理', '薛定谔的猫在哪里？')
  await aChat(ada, 'Ünïcode', "It's 100% \\ done_ö")
  for (const [words, titles] of [
    ['rome', ['Holiday in Rome']],
    ['ROME holiday', ['Holiday in Rome']],
    ['report', ['Work']],
    ['due quarterly', ['Work']],
    ['due stay', []],
    ['量子', ['量子物理']],
    ['猫', ['量子物理']],
    ['定谔', ['量子物理']],
    ['谔定', []],
    ['100%', ['Ünïcode']],
    ["it's", ['Ünïcode']],
    ['\\', ['Ünïcode']],
    ['done_ö', ['Ünïcode']],
    ['e_ö', ['Ünïcode']],
    ['d_ne', []],
    ['Ü', ['Ünïcode']],
    ['zzz', []],
  ] as [string, string[]][])
    expect([words, await found(ada, words)]).toEqual([words, titles])
})

test('[CS4] the answer too, once it is whole; with what stands around it, marked', async () => {
  const ada = await aPerson()
  const { id } = await ada.aSession({ title: 'Stars' })
  portal().upstream.enqueue({ kind: 'answer', text: `${'Far away. '.repeat(30)}A supernova, a SUPERNOVA!` })
  const answer = endOf(await ada.read(id, (await ada.ask(id)).id))
  const [hit] = await search(ada, 'supernova')
  expect(hit).toMatchObject({ id, match: { messageId: answer.id } })
  const { excerpt, marks } = hit.match
  expect(excerpt.length).toBeLessThan(220)
  expect(
    marks.map(({ at, length }: { at: number; length: number }) => excerpt.slice(at, at + length)),
  ).toEqual(['supernova', 'SUPERNOVA'])
})

test('[CS4] never another’s, never in the trash, and nothing for nothing', async () => {
  const [ada, bob] = [await aPerson(), await aPerson()]
  const id = await aChat(ada, 'Secret plan', 'xylophone')
  expect(await found(bob, 'xylophone')).toEqual([])
  expect(await found(ada, 'xylophone')).toEqual(['Secret plan'])
  await ada.send('DELETE', `/sessions/${id}`)
  expect(await found(ada, 'xylophone')).toEqual([])
  expect(await found(ada, '   ')).toEqual([])
  expect((await ada.send('GET', `/sessions?search=${'x'.repeat(201)}`)).status).toBe(400)
})

test('[CS4] a message as long and as varied as may be is taken, and found', { timeout: 60_000 }, async () => {
  const ada = await aPerson()
  const letters = Array.from({ length: 499_000 }, (_, i) =>
    String.fromCodePoint(0x1f000 + ((i * 7919) % 50_000)),
  )
  const id = await aChat(ada, 'Long', `needle ${letters.join('')}`)
  expect(await ada.messages(id)).toHaveLength(1)
  expect(await found(ada, 'needle')).toEqual(['Long'])
})

test('[CS4] words within one another are marked once', async () => {
  const ada = await aPerson()
  await aChat(ada, 'Marks', 'So qfoobar is')
  const [hit] = await search(ada, 'qfoo qfoobar')
  expect(hit.match).toMatchObject({ excerpt: 'So qfoobar is', marks: [{ at: 3, length: 7 }] })
})

test('[CS4] what is shown stands around the first word, wherever that is and whatever the case', async () => {
  const ada = await aPerson()
  const far = '𝔘İ. '.repeat(20_000)
  for (const [title, said, words, marked, edges] of [
    ['Far', `${far}quokka ${far}`, 'quokka', ['quokka'], '……'],
    ['Late', `${far}wombat`, 'WOMBAT', ['wombat'], '…t'],
    ['Early', `bilby ${far}`, 'bilby', ['bilby'], 'b…'],
    ['Dotted', 'Yes. İstanbul is', 'istanbul', ['İstanbul'], 'Ys'],
    ['Both', `${far}numbat echidna ${far}`, 'echidna numbat', ['numbat', 'echidna'], '……'],
  ] as [string, string, string, string[], string][]) {
    await aChat(ada, title, said)
    const [hit] = await search(ada, words)
    const { excerpt, marks } = hit.match
    expect([hit.title, excerpt.length < 205]).toEqual([title, true])
    expect(
      marks.map(({ at, length }: { at: number; length: number }) => excerpt.slice(at, at + length)),
    ).toEqual(marked)
    expect(excerpt.at(0) + excerpt.at(-1)).toBe(edges)
    expect(excerpt.isWellFormed()).toBe(true)
  }
})

test('[CS4] a search keeps to its tag and its limit, and has no pages', async () => {
  const ada = await aPerson()
  for (const tags of [['a'], ['b'], ['a', 'b']]) await ada.aSession({ title: 'Zebra', tags })
  const count = async (query: string) =>
    (await ada.send('GET', `/sessions?search=zebra${query}`)).body.data.length
  expect([await count(''), await count('&tag=a'), await count('&limit=1')]).toEqual([3, 2, 1])
  expect((await ada.send('GET', '/sessions?search=zebra&show=trash')).status).toBe(400)
})

test('[CS4] ordinary words are found as soon as rare ones, however much others have written', {
  timeout: 60_000,
}, async () => {
  const [ada, bob] = [await aPerson(), await aPerson()]
  const [ours, others] = [await aChat(ada, 'Ours'), await aChat(bob, 'Others')]
  // Bigrams of texts like these take a millisecond each, were they looked at one by one.
  const write = (chat: string, count: number) =>
    portal().pool.query(
      `insert into chat_messages (id, session_id, role, content, status, created_at)
       select 'msg_' || $1 || n, $1, 'user', repeat('the river under the heron bridge ' || n || ' ', 80), 'complete', now()
       from generate_series(1, $2::int) n`,
      [chat, count],
    )
  await write(others, 3000)
  await write(ours, 50)
  for (const words of ['the', 'e', 'heron river', 'zzz', '量'])
    expect([words, await found(ada, words)]).toEqual([words, words < 'z' ? ['Ours'] : []])
  expect(await found(bob, 'bridge under')).toEqual(['Others'])
})

test('[CS4] a search that takes longer than anybody waits says so', async () => {
  const ada = await aPerson()
  await aChat(ada, 'Slow', 'Something')
  const holder = await portal().pool.connect()
  try {
    await holder.query('begin; lock table chat_messages in access exclusive mode')
    const { status, body } = await ada.send('GET', '/sessions?search=something')
    expect([status, body.error]).toEqual([503, 'This search takes too long. Write longer words.'])
  } finally {
    await holder.query('rollback')
    holder.release()
  }
})
