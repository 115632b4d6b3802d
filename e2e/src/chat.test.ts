// Chats, as somebody has them who reads, stops, edits and comes back.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import {
  answer,
  ask,
  chats,
  enqueueAnswers,
  field,
  openAnsweredChat,
  openChat,
  stop,
  textOf,
} from './chat-steps.ts'
import { views } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
  ada = await world.aPerson()
})
afterAll(() => world?.close())

const journey = { timeout: 90_000 }
const words = Array.from({ length: 60 }, (_, i) => `word${i} `)
const whole = words.join('').trim()
const answers = (...texts: string[]) => enqueueAnswers(world, ...texts)
const slowly = (delayMs = 40) => world.portal.upstream.enqueue({ kind: 'answer', chunks: words, delayMs })
const open = (page: Page, title: string) => openChat(world, page, title)
const haveChat = (page: Page, title: string) => openAnsweredChat(world, page, title)

test(
  '[W-61] [W-63] an answer streams, and after a reload in its middle it is whole, without a repeat',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await page.goto('/chat')
    // Slower than a busy machine loads the page again.
    slowly(150)
    answers('A title')
    await ask(page, 'Count the words')
    await page.waitForURL(/\/chat\/cht_/)
    await answer(page).getByText('word10 ').waitFor()
    await page.reload()
    await answer(page).getByText('word20 ').waitFor()
    expect(await textOf(page)).toMatch(/^word0 word1 word2 .*word20/)
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Answer again' }).waitFor({ state: 'detached' })
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Answer again' }).waitFor({ timeout: 20_000 })
    expect(await textOf(page)).toBe(whole)
    await chats(page).getByRole('link', { name: 'A title' }).waitFor()
    await page.getByRole('heading', { level: 1, name: 'A title' }).waitFor()
  },
)

test('[W-64] an answer goes on while its reader is elsewhere, and the list marks it', journey, async () => {
  const page = await world.visitAs(ada)
  await open(page, 'Elsewhere')
  slowly(80)
  await ask(page, 'Go on without me')
  await answer(page).getByText('word3 ').waitFor()
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('link', { name: 'Chat', exact: true }).click()
  await chats(page).getByRole('img', { name: 'Answering' }).waitFor()
  await chats(page).getByRole('link', { name: 'Elsewhere' }).click()
  await answer(page).getByText('word59').waitFor()
  await chats(page).getByRole('img', { name: 'Answering' }).waitFor({ state: 'detached' })
  expect(await textOf(page)).toBe(whole)
})

test(
  '[W-64] Escape stops an answer; it is not longer than what was seen, also after a reload',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await open(page, 'Stopped')
    slowly(60)
    await ask(page, 'Stop in the middle')
    await answer(page).getByText('word8 ').waitFor()
    let refused = 0
    await page.route('**/stop', (route) =>
      refused++ < 2 ? route.fulfill({ status: 503, body: '{}' }) : route.continue(),
    )
    await page.keyboard.press('Escape')
    const seen = await textOf(page)
    await page.getByText('You stopped this answer.').waitFor()
    expect(refused).toBe(3)
    expect(await textOf(page)).toBe(seen)
    await page.reload()
    await page.getByText('You stopped this answer.').waitFor()
    expect(await textOf(page)).toBe(seen)
    expect(seen.length).toBeLessThan(whole.length)
  },
)

test(
  '[W-62] a question is edited and an answer given anew; branches are gone between, and stay',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await haveChat(page, 'Branches')
    answers('The second answer.')
    await page.getByRole('button', { name: 'Answer again' }).click()
    await answer(page).getByText('The second answer.').waitFor()
    await page.getByText('2/2').waitFor()
    await page.getByRole('button', { name: 'Edit the question' }).click()
    answers('The third answer.')
    await page.getByRole('textbox', { name: 'The question' }).fill('Another question')
    await page.getByRole('textbox', { name: 'The question' }).press('Enter')
    await answer(page).getByText('The third answer.').waitFor()
    await page.getByRole('button', { name: 'The question before' }).click()
    await answer(page).getByText('The second answer.').waitFor()
    await page.getByRole('button', { name: 'The answer before' }).click()
    await answer(page).getByText('The first answer.').waitFor()
    await page.reload()
    await answer(page).getByText('The first answer.').waitFor()
    expect(await answer(page).getByText('The second answer.').count()).toBe(0)
    await page.getByRole('button', { name: 'The next question' }).click()
    await page.getByText('Another question').waitFor()
  },
)

test('[W-60] beyond the first fifty there are more', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  const { origin } = new URL(world.portal.url)
  for (let made = 1; made <= 52; made++) {
    await page.request.post('/api/chat/sessions', { data: { title: `Chat ${made}` }, headers: { origin } })
  }
  await page.goto('/chat')
  await chats(page).getByRole('link', { name: 'Chat 52' }).waitFor()
  expect(await chats(page).getByRole('link').count()).toBe(50)
  await page.getByRole('button', { name: 'Show more' }).click()
  await chats(page).getByRole('link', { name: 'Chat 1', exact: true }).waitFor()
  expect(await chats(page).getByRole('link').count()).toBe(52)
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0)
})

test('[W-60] a chat is renamed, pinned, archived, and deleted with a way back', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  await haveChat(page, 'Plans')
  const choose = async (chat: string, action: string) => {
    await page.getByRole('button', { name: `Actions for ${chat}` }).click()
    await page.getByRole('menuitem', { name: action, exact: true }).click()
  }
  await choose('Plans', 'Rename')
  await page.getByRole('textbox', { name: 'Title' }).fill('Great plans')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Great plans' }).waitFor()
  await choose('Great plans', 'Pin')
  await page.getByRole('heading', { name: 'Pinned' }).waitFor()
  await choose('Great plans', 'Delete')
  await page.waitForURL('**/chat')
  await chats(page).getByText('Your chats will stand here.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await choose('Great plans', 'Archive')
  await chats(page).getByText('Your chats will stand here.').waitFor()
  await chats(page).getByRole('button', { name: 'Archived chats' }).click()
  await chats(page).getByRole('link', { name: 'Great plans' }).click()
  await answer(page).getByText('The first answer.').waitFor()
})

test(
  '[W-65] Enter while a character is composed sends nothing; a draft outlives a reload and a refusal',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await page.goto('/chat')
    await field(page).fill('にほん')
    const press = (init: object) =>
      field(page).evaluate(
        (at, given) =>
          at.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...given })),
        init,
      )
    let asked = 0
    await page.route('**/api/chat/sessions', (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      asked += 1
      return route.fulfill({ status: 500, body: '{}' })
    })
    await press({ isComposing: true })
    await press({ keyCode: 229 })
    await field(page).press('Shift+Enter')
    await page.reload()
    expect(await field(page).inputValue()).toBe('にほん\n')
    expect(asked).toBe(0)
    await field(page).press('Enter')
    await page.getByRole('alert').waitFor()
    expect(asked).toBe(1)
    expect(await field(page).inputValue()).toBe('にほん\n')
  },
)

test('[W-65] Ctrl+Shift+O and the button open the composer at once; a suggestion asks', journey, async () => {
  const page = await world.visitAs(ada)
  await haveChat(page, 'Before')
  await page.keyboard.press('Control+Shift+O')
  await page.waitForURL('**/chat')
  await page.getByRole('heading', { level: 1, name: 'New chat' }).waitFor()
  await page.locator('textarea[aria-label="Message"]:focus').waitFor()
  await page.keyboard.type('Typed at once')
  await expect.poll(() => field(page).inputValue()).toBe('Typed at once')
  await field(page).fill('')
  answers('A suggested answer.', 'Suggested')
  await page.getByRole('button', { name: /^Draft a mail/ }).click()
  await answer(page).getByText('A suggested answer.').waitFor()
  await chats(page).getByRole('link', { name: 'Suggested' }).waitFor()
})

test(
  '[W-67] a failed answer says why, and is tried again; ratings and copies are kept',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await open(page, 'Failing')
    world.portal.upstream.enqueue({ kind: 'status', status: 400 })
    await ask(page, 'Fail, please')
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
    await expectAccessible(page)
    answers('Better now.')
    await page.getByRole('button', { name: 'Try again' }).click()
    await answer(page).getByText('Better now.').waitFor()
    const good = page.getByRole('button', { name: 'Good answer' })
    await good.click()
    await page.getByRole('button', { name: 'Copy the answer' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Better now.')
    await page.reload()
    await page.getByRole('button', { name: 'Good answer', pressed: true }).click()
    await page.getByRole('button', { name: 'Good answer', pressed: false }).waitFor()
  },
)

const markdown = `Costs **20~25** and 30~35, or $5.

| a | b |
|---|---|
| 1 | 2 |

\`\`\`js
const a = 1

const b = '<b>'
\`\`\`

![a cat](https://images.example/cat.png) <img src=x onerror=alert(1)> [bad](javascript:alert(1)) [good](https://example.com)`

test(
  '[W-66] Markdown is shown, code is copied as it is, nothing is loaded and no HTML made',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    const outside: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(world.portal.url)) outside.push(request.url())
    })
    await open(page, 'Markdown')
    answers(markdown)
    await ask(page, 'Show me')
    await page.getByRole('cell', { name: '2' }).waitFor()
    await page.getByText('Costs 20~25 and 30~35, or $5.').waitFor()
    await page.getByRole('button', { name: 'Copy the code' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("const a = 1\n\nconst b = '<b>'")
    const link = page.getByRole('link', { name: 'good' })
    expect(await link.getAttribute('rel')).toContain('noopener')
    expect(await page.locator('main').getByRole('link', { name: 'bad' }).count()).toBe(0)
    expect(await page.locator('main img').count()).toBe(0)
    expect(outside).toEqual([])
  },
)

test('[W-68] screen readers get sentences, and hear of the beginning and the end', journey, async () => {
  const page = await world.visitAs(ada)
  await open(page, 'Said')
  await page.evaluate(() => {
    const said: string[] = []
    Object.assign(window, { said })
    new MutationObserver(() => {
      const text = document.querySelector('[data-announcer]')?.textContent
      if (text && text !== said.at(-1)) said.push(text)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  const chunks = 'One two three. Four five six. Seven eight nine.'.match(/\S+\s*/g) ?? []
  world.portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 60 })
  await ask(page, 'Speak')
  await page.getByRole('button', { name: 'Answer again' }).waitFor()
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said)
  expect(said.join(' ')).toBe(`Answer is being written. ${chunks.join('')} Answer done.`)
  expect(said.length).toBeLessThanOrEqual(4)
  for (const told of said) expect(told).toMatch(/\.$/)
})

test('[W-69] the end stays in sight until somebody scrolls up, and then nothing moves', journey, async () => {
  const page = await world.visitAs(ada)
  await open(page, 'Long')
  const lines = Array.from({ length: 90 }, (_, i) => `line ${i}\n\n`)
  world.portal.upstream.enqueue({ kind: 'answer', chunks: lines, delayMs: 40 })
  await ask(page, 'Many lines')
  await answer(page).getByText('line 30', { exact: true }).waitFor()
  await expect.poll(() => isInView(page, /^line 3\d$/)).toBe(true)
  await page.mouse.move(700, 300)
  await page.mouse.wheel(0, -300)
  const jump = page.getByRole('button', { name: 'Jump to the latest' })
  await jump.waitFor()
  const top = () =>
    answer(page)
      .getByText('line 20', { exact: true })
      .evaluate((at) => at.getBoundingClientRect().top)
  const before = await top()
  await answer(page).getByText('line 60', { exact: true }).waitFor({ state: 'attached' })
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1)
  await jump.click()
  await jump.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Answer again' }).waitFor()
  await expect.poll(() => isInView(page, 'line 89')).toBe(true)
})

const isInView = (page: Page, text: string | RegExp) =>
  answer(page)
    .getByText(text, { exact: true })
    .last()
    .evaluate((at) => at.getBoundingClientRect().bottom < innerHeight)

test('[W-70] a chat has its own model, instructions and temperature', journey, async () => {
  const page = await world.visitAs(ada)
  await haveChat(page, 'Settings')
  await page.getByRole('button', { name: 'Instructions and temperature' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Instructions').fill('Answer in rhymes.')
  await dialog.getByLabel('Temperature').fill('3')
  expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Temperature').fill('0.2')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.waitForLoadState('networkidle')
  await page.reload()
  answers('In rhymes.')
  await ask(page, 'And now?')
  await answer(page).getByText('In rhymes.').waitFor()
  expect(world.portal.upstream.requests.at(-1)?.body).toMatchObject({ temperature: 0.2 })
  expect(JSON.stringify(world.portal.upstream.requests.at(-1)?.body)).toContain('Answer in rhymes.')
})

test('[W-60] on a phone the chats are a drawer that Escape closes', journey, async () => {
  const person = await world.aPerson()
  await haveChat(await world.visitAs(person), 'In the drawer')
  const page = await world.visitAs(person, { width: 390, height: 844, theme: 'dark' })
  await page.goto('/chat')
  const drawer = page.getByRole('dialog', { name: 'Your chats' })
  await page.getByRole('button', { name: 'Your chats' }).click()
  await drawer.getByRole('link', { name: 'In the drawer' }).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Your chats' }).click()
  await drawer.getByRole('link', { name: 'In the drawer' }).click()
  await answer(page).getByText('The first answer.').waitFor()
  expect(await drawer.count()).toBe(0)
})

describe.each(views)('in the $theme theme, $width pixels wide', (view) => {
  test(
    '[W-08] a chat has no barrier: empty, while it answers, with code, being edited',
    journey,
    async () => {
      const page = await world.visitAs(ada, view)
      await page.goto('/chat')
      await page.getByRole('button', { name: /^Draft a mail/ }).waitFor()
      await page.waitForLoadState('networkidle')
      await expectAccessible(page)
      await open(page, 'Sound')
      slowly(80)
      await ask(page, 'Slowly')
      await answer(page).getByText('word3 ').waitFor()
      await expectAccessible(page)
      await stop(page).click()
      await page.getByText('You stopped this answer.').waitFor()
      answers(markdown)
      await ask(page, 'Show me')
      await page.getByRole('cell', { name: '2' }).waitFor()
      await page.getByRole('button', { name: 'Edit the question' }).last().click()
      await expectAccessible(page)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
    },
  )
})
