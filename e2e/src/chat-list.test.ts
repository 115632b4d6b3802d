// The list of chats, as somebody keeps order in it and finds things again.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { chats } from './chat-steps.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
})
afterAll(() => world?.close())

const journey = { timeout: 90_000 }

/** Somebody with these chats, each with one message; resolves to the page and the messages' ids. */
async function withChats(titles: readonly string[], person?: Person) {
  const page = await world.visitAs(person ?? (await world.aPerson()))
  const headers = { origin: new URL(world.portal.url).origin }
  const messages: string[] = []
  for (const title of titles) {
    const made = await page.request.post('/api/chat/sessions', { data: { title }, headers })
    const { id: sessionId } = await made.json()
    const data = {
      sessionId,
      role: 'user',
      content: `What is said of ${title.toLowerCase()} and of beavers.`,
    }
    const message = await page.request.post('/api/chat/messages', { data, headers })
    messages.push((await message.json()).id)
  }
  await page.goto('/chat')
  await chats(page).getByRole('link').first().waitFor()
  return { page, messages }
}

async function choose(page: Page, chat: string, action: string): Promise<void> {
  await chats(page)
    .getByRole('button', { name: `Actions for ${chat}` })
    .click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

const titlesOf = (page: Page) => chats(page).getByRole('link').allInnerTexts()

test('[W-78] a search finds words of messages, marks them, and leads to the message', journey, async () => {
  const { page, messages } = await withChats(['Rivers', 'Lakes', 'Dams'])
  const search = chats(page).getByRole('searchbox', { name: 'Search your chats' })
  await search.fill('LAKES beavers')
  const found = chats(page).getByRole('link', { name: /Lakes/ })
  await found.locator('mark').nth(1).waitFor()
  expect(await found.locator('mark').allInnerTexts()).toEqual(['lakes', 'beavers'])
  expect(await chats(page).getByRole('link').count()).toBe(1)
  await expectAccessible(page)
  await found.click()
  await page.waitForURL(`**/chat/*?message=${messages[1]}`)
  await page.locator('main li[data-found]').getByText('What is said of lakes').waitFor()
  await search.fill('otters')
  await chats(page).getByText('No chat has these words.').waitFor()
  await search.press('Escape')
  await chats(page).getByRole('link', { name: 'Rivers' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: /^Search pages/ }).fill('dams')
  await page.getByRole('dialog').getByText('What is said of').click()
  await page.getByRole('heading', { level: 1, name: 'Dams' }).waitFor()
})

test('[W-79] tags are given to chats and narrow the list, also after a reload', journey, async () => {
  const { page } = await withChats(['Recipes', 'Taxes', 'Garden'])
  await choose(page, 'Recipes', 'Tags')
  const dialog = page.getByRole('dialog', { name: 'Tags' })
  await dialog.getByLabel(/^Tags of/).fill('home')
  await dialog.getByLabel(/^Tags of/).press('Enter')
  await dialog.getByLabel(/^Tags of/).fill('food')
  await dialog.getByLabel(/^Tags of/).press('Enter')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  const filter = chats(page).getByRole('group', { name: 'Tags' })
  await filter.getByRole('button', { name: 'home' }).click()
  await expect.poll(() => titlesOf(page)).toEqual(['Recipes'])
  await page.reload()
  await filter.getByRole('button', { name: 'home', pressed: true }).waitFor()
  await expect.poll(() => titlesOf(page)).toEqual(['Recipes'])
  await expectAccessible(page)
  await filter.getByRole('button', { name: 'home' }).click()
  await expect.poll(async () => (await titlesOf(page)).length).toBe(3)
})

test('[W-79] tags and words are kept as a filter under a name, in every browser', journey, async () => {
  const ada = await world.aPerson()
  const page = await world.visitAs(ada)
  const headers = { origin: new URL(world.portal.url).origin }
  for (const data of [
    { title: 'Soup for many', tags: ['food', 'home'] },
    { title: 'Soup of the day', tags: ['food'] },
    { title: 'Garden', tags: ['home', 'food'] },
  ])
    await page.request.post('/api/chat/sessions', { data, headers })
  await page.goto('/chat')
  const tags = chats(page).getByRole('group', { name: 'Tags' })
  const filters = chats(page).getByRole('group', { name: 'Filters' })
  await tags.getByRole('button', { name: 'food' }).click()
  await tags.getByRole('button', { name: 'home' }).click()
  await expect.poll(async () => (await titlesOf(page)).toSorted()).toEqual(['Garden', 'Soup for many'])
  await chats(page).getByLabel('Search your chats').fill('soup')
  await chats(page).getByRole('link', { name: 'Soup for many' }).waitFor()
  await expect.poll(() => chats(page).getByRole('link', { name: /Soup/ }).count()).toBe(1)
  await filters.getByRole('button', { name: 'Keep this filter' }).click()
  await expectAccessible(page)
  await filters.getByLabel('Name of the filter').fill('Dinner')
  await filters.getByLabel('Name of the filter').press('Enter')
  await filters.getByRole('button', { name: 'Dinner', pressed: true }).waitFor()

  const elsewhere = await world.visitAs(ada)
  await elsewhere.goto('/chat')
  const there = chats(elsewhere).getByRole('group', { name: 'Filters' })
  await there.getByRole('button', { name: 'Dinner', pressed: false }).click()
  await expect.poll(() => chats(elsewhere).getByRole('link', { name: /Soup/ }).count()).toBe(1)
  await expectAccessible(elsewhere)
  await there.getByRole('button', { name: 'Dinner', exact: true }).click()
  await expect.poll(async () => (await titlesOf(elsewhere)).length).toBe(3)
  await there.getByRole('button', { name: 'Dinner', exact: true }).click()
  await there.getByRole('button', { name: 'Remove the filter Dinner' }).click()
  await there.getByRole('button', { name: 'Keep this filter' }).waitFor()
  await elsewhere.getByRole('button', { name: 'Undo' }).click()
  await there.getByRole('button', { name: 'Dinner', pressed: true }).waitFor()
})

test(
  '[W-60] [W-79] a pin and a tag of a chat that was used long ago are there from the start',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    const headers = { origin: new URL(world.portal.url).origin }
    const make = async (data: object): Promise<string> => {
      const made = await page.request.post('/api/chat/sessions', { data, headers })
      return (await made.json()).id
    }
    const old = await make({ title: 'Long ago', tags: ['rare'] })
    await page.request.patch(`/api/chat/sessions/${old}`, { data: { pinned: true }, headers })
    await make({ title: 'Rarely needed', tags: ['seldom'] })
    for (let made = 0; made < 51; made++) await make({ title: `Later ${made}` })
    await page.goto('/chat')
    await chats(page).getByRole('heading', { name: 'Pinned' }).waitFor()
    expect((await titlesOf(page))[0]).toBe('Long ago')
    expect(await titlesOf(page)).not.toContain('Rarely needed')
    await chats(page).getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'seldom' }).click()
    await expect.poll(() => titlesOf(page)).toEqual(['Rarely needed'])
  },
)

test('[W-80] what is in the trash is restored, or deleted for good after asking', journey, async () => {
  const { page } = await withChats(['Keep me', 'Drop me', 'Stay'])
  await choose(page, 'Keep me', 'Delete')
  await choose(page, 'Drop me', 'Delete')
  await expect.poll(() => titlesOf(page)).toEqual(['Stay'])
  await chats(page).getByRole('button', { name: 'Trash' }).click()
  await chats(page).getByText('deleted for good after 30 days').waitFor()
  await choose(page, 'Drop me', 'Delete for good')
  await page.getByRole('dialog').getByText('Nobody can bring them back.').waitFor()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()
  await expect.poll(() => titlesOf(page)).toEqual(['Keep me'])
  await choose(page, 'Keep me', 'Restore')
  await chats(page).getByText('The trash is empty.').waitFor()
  await chats(page).getByRole('button', { name: 'Back to the chats' }).click()
  await expect.poll(async () => (await titlesOf(page)).toSorted()).toEqual(['Keep me', 'Stay'])
})

test('[W-81] of a list of 150 chats those in sight are on the page', journey, async () => {
  const person = await world.aPerson()
  const { page } = await withChats(
    Array.from({ length: 150 }, (_, index) => `Chat ${index}`),
    person,
  )
  for (const count of [50, 100]) {
    await chats(page).getByRole('button', { name: 'Show more' }).click()
    if (count === 50) await expect.poll(() => chats(page).getByRole('link').count()).toBe(100)
  }
  await chats(page).getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  await expect.poll(() => chats(page).getByRole('link').count()).toBeLessThan(60)
  const box = page.locator('[data-scrolls-chats]')
  await box.evaluate((at) => {
    at.scrollTop = at.scrollHeight
  })
  await chats(page).getByRole('link', { name: 'Chat 0', exact: true }).waitFor()
  await chats(page).getByRole('link', { name: 'Chat 0', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Chat 0', exact: true }).waitFor()
})
