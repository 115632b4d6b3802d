// What somebody does in a chat, for the journeys there.
import type { Page } from 'playwright-core'
import type { World } from './world.ts'

export const field = (page: Page) => page.getByRole('textbox', { name: 'Message' })
export const answer = (page: Page) => page.locator('main li[data-status]')
export const stop = (page: Page) => page.getByRole('button', { name: 'Stop the answer' })
export const chats = (page: Page) => page.getByRole('navigation', { name: 'Chats' })

/** The text of the last answer, without what stands around it. */
export const textOf = async (page: Page): Promise<string> =>
  (await answer(page).last().locator('> div > div p').last().innerText()).trim()

/** What the model answers next, each at once and whole. */
export const enqueueAnswers = (world: World, ...texts: string[]) =>
  world.portal.upstream.enqueue(...texts.map((text) => ({ kind: 'answer' as const, text })))

export async function ask(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Enter')
}

/** Goes to a new chat that has its title, so that no model is asked for one; resolves to its id. */
export async function openChat(world: World, page: Page, title: string): Promise<string> {
  const { origin } = new URL(world.portal.url)
  const made = await page.request.post('/api/chat/sessions', { data: { title }, headers: { origin } })
  const { id } = await made.json()
  await page.goto(`/chat/${id}`)
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  return id
}

/** The same, with one whole answer. */
export async function openAnsweredChat(world: World, page: Page, title: string): Promise<void> {
  await openChat(world, page, title)
  enqueueAnswers(world, 'The **first** answer.')
  await ask(page, 'The first question')
  await answer(page).getByText('The first answer.').waitFor()
}

const paragraph = 'Some words that somebody wrote down to be read. '.repeat(8)
const said = (number: number): string =>
  number % 2 === 0
    ? `Question ${number}: how does it go on?`
    : `Answer ${number}.\n\n${paragraph}\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`ts\nconst n = ${number}\nexport const twice = (x: number) => x * n\n\`\`\`\n`

/** A chat of so many messages, questions and answers in turns; resolves to its id and theirs. */
export async function longChat(
  world: World,
  page: Page,
  messages: number,
): Promise<{ id: string; ids: string[] }> {
  const headers = { origin: new URL(world.portal.url).origin }
  const made = await page.request.post('/api/chat/sessions', {
    data: { title: `A chat of ${messages}` },
    headers,
  })
  const { id } = await made.json()
  const ids: string[] = []
  for (let number = 0; number < messages; number++) {
    const data = { sessionId: id, role: number % 2 === 0 ? 'user' : 'assistant', content: said(number) }
    const message = await page.request.post('/api/chat/messages', { data, headers })
    ids.push((await message.json()).id)
  }
  return { id, ids }
}
