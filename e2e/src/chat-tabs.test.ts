// One chat, open in several tabs and on several devices.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer, ask, chats, enqueueAnswers, field, openAnsweredChat, stop, textOf } from './chat-steps.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
})
afterAll(() => world?.close())

const journey = { timeout: 60_000 }
const said = (page: Page) => page.locator('main li[data-index]').count()
const arrives = async (page: Page, url: string) => {
  await page.goto(url)
  await answer(page).getByText('The first answer.').waitFor()
}

test(
  '[W-110] what is asked in one tab is shown in the others, with the answer as it comes',
  journey,
  async () => {
    const first = await world.visitAs(await world.aPerson())
    await openAnsweredChat(world, first, 'Two tabs')
    const second = await first.context().newPage()
    await arrives(second, first.url())
    const chunks = Array.from({ length: 60 }, (_, index) => `word${index} `)
    world.portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 50 })
    await ask(first, 'The second question')
    await second.getByText('The second question').waitFor()
    await answer(second).getByText('word5 ').waitFor()
    await stop(second).waitFor()
    await answer(second).getByText('word59').waitFor()
    await stop(second).waitFor({ state: 'detached' })
    enqueueAnswers(world, 'The third answer.')
    await ask(second, 'The third question')
    await answer(first).getByText('The third answer.').waitFor()
    await expect.poll(() => said(first)).toBe(6)
    await chats(second).getByRole('button', { name: 'Actions for Two tabs' }).click()
    await second.getByRole('menuitem', { name: 'Pin', exact: true }).click()
    await chats(first).getByRole('heading', { name: 'Pinned' }).waitFor()
  },
)

test(
  '[W-110] a question to a chat that went on elsewhere stays, and what was said there is shown',
  journey,
  async () => {
    const person = await world.aPerson()
    const first = await world.visitAs(person)
    const second = await world.visitAs(person)
    await openAnsweredChat(world, first, 'Two devices')
    await arrives(second, first.url())
    enqueueAnswers(world, 'The second answer.', 'The third answer.')
    await ask(first, 'The second question')
    await answer(first).getByText('The second answer.').waitFor()
    await ask(second, 'The third question')
    await second.getByText('This chat went on elsewhere').waitFor()
    await answer(second).getByText('The second answer.').waitFor()
    expect(await field(second).inputValue()).toBe('The third question')
    await field(second).press('Enter')
    await answer(second).getByText('The third answer.').waitFor()
    expect(await said(second)).toBe(6)
    expect(await second.getByText('This chat went on elsewhere').count()).toBe(0)
  },
)

test('[W-110] coming back to the page shows what was asked on another device', journey, async () => {
  const person = await world.aPerson()
  const first = await world.visitAs(person)
  const second = await world.visitAs(person)
  await openAnsweredChat(world, first, 'Coming back')
  await arrives(second, first.url())
  enqueueAnswers(world, 'The second answer.')
  await ask(first, 'The second question')
  await answer(first).getByText('The second answer.').waitFor()
  await expect
    .poll(async () => {
      await second.evaluate(() => window.dispatchEvent(new Event('focus')))
      return said(second)
    })
    .toBe(4)
})

test(
  '[W-191] a tab that nobody sees reads no answer, and goes on where it was when it is seen',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    await openAnsweredChat(world, page, 'Seen again')
    const beSeen = (state: 'hidden' | 'visible') =>
      page.evaluate((given) => {
        Object.defineProperty(document, 'visibilityState', { value: given, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    const chunks = Array.from({ length: 40 }, (_, index) => `word${index} `)
    world.portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 50 })
    await ask(page, 'Count')
    await answer(page).getByText('word4 ').waitFor()
    const left = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/events'))
    await beSeen('hidden')
    await left
    const readOn = page.waitForRequest((request) => request.url().endsWith('/events'))
    await beSeen('visible')
    expect(Number((await readOn).headers()['last-event-id'])).toBeGreaterThan(0)
    await answer(page).getByText('word39').waitFor()
    expect(await textOf(page)).toBe(chunks.join('').trim())
  },
)
