// What somebody saw and typed, which nothing takes away or adds to.
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import {
  answer,
  ask,
  chats,
  enqueueAnswers,
  field,
  longChat,
  openAnsweredChat,
  openChat,
  textOf,
} from './chat-steps.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
})
afterAll(() => world?.close())

const journey = { timeout: 60_000 }
const chunks = Array.from({ length: 14 }, (_, index) => `word${index} `)

/** A page where one answers, and the way to let its stop through. */
async function withLateStop(title: string) {
  const page = await world.visitAs(await world.aPerson())
  await openChat(world, page, title)
  world.portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 80 })
  const { promise: late, resolve: letGo } = Promise.withResolvers<void>()
  await page.route('**/stop', async (route) => {
    await late
    await route.continue()
  })
  await ask(page, 'Count')
  await answer(page).getByText('word4 ').waitFor()
  return { page, letGo }
}

test('[W-64] an answer that ends before its stop arrives shows no more than was seen', journey, async () => {
  const { page, letGo } = await withLateStop('Late')
  await page.keyboard.press('Escape')
  const seen = await textOf(page)
  expect(seen).not.toContain('word13')
  // Its end has arrived.
  await page.getByRole('button', { name: 'Answer again' }).waitFor()
  expect(await textOf(page)).toBe(seen)
  const reread = page.waitForResponse((response) => response.url().endsWith('/messages'))
  letGo()
  await reread
  await page.waitForLoadState('networkidle')
  expect(await textOf(page)).toBe(seen)
})

const editor = (page: Page) => page.getByRole('textbox', { name: 'The question' })

test(
  '[W-111] an edit outlives being scrolled out of sight, a reload, and another chat',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    const { id } = await longChat(world, page, 80)
    await page.goto(`/chat/${id}`)
    const row = (number: number) => page.locator(`main li[data-index="${number}"]`)
    const scroll = (to: 'top' | 'end') =>
      page.locator('[data-thread]').evaluate((at, end) => {
        at.scrollTop = end ? at.scrollHeight : 0
      }, to === 'end')
    await row(78).getByRole('button', { name: 'Edit the question' }).click()
    await editor(page).fill('A careful edit')
    await expect
      .poll(async () => {
        await scroll('top')
        return row(0).count()
      })
      .toBe(1)
    await row(0).getByRole('button', { name: 'Copy the question' }).click()
    await editor(page).waitFor({ state: 'detached' })
    await expect
      .poll(async () => {
        await scroll('end')
        return editor(page).count()
      })
      .toBe(1)
    expect(await editor(page).inputValue()).toBe('A careful edit')
    await page.reload()
    await editor(page).waitFor()
    expect(await editor(page).inputValue()).toBe('A careful edit')
    await expect.poll(() => field(page).evaluate((at) => at === document.activeElement)).toBe(true)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await editor(page).waitFor({ state: 'detached' })
    await page.reload()
    await row(78).getByRole('button', { name: 'Edit the question' }).click()
    expect(await editor(page).inputValue()).toMatch(/^Question 78/)
  },
)

test('[W-65] on a touch screen Enter breaks the line, and the button sends', journey, async () => {
  const desk = await world.visitAs(await world.aPerson())
  const storageState = await desk.context().storageState()
  const browser = desk.context().browser()
  if (!browser) throw new Error('There is no browser.')
  const context = await browser.newContext({
    ...{ baseURL: world.portal.url, storageState, hasTouch: true, isMobile: true },
    viewport: { width: 390, height: 844 },
  })
  const page = await context.newPage()
  await openChat(world, page, 'On a phone')
  await field(page).tap()
  await page.keyboard.type('One')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Two')
  expect(await field(page).inputValue()).toBe('One\nTwo')
  enqueueAnswers(world, 'Both lines came.')
  await page.getByRole('button', { name: 'Send' }).tap()
  await answer(page).getByText('Both lines came.').waitFor()
  await context.close()
})

test(
  '[W-112] what a model thinks between its tags is folded, while it comes and after',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    await openChat(world, page, 'Thoughts')
    const pieces = ['<thi', 'nk>\nFirst I ', 'think a', ' while.\n</thi', 'nk>\n\nThe ', 'answer.']
    world.portal.upstream.enqueue({ kind: 'answer', chunks: pieces, delayMs: 300 })
    await ask(page, 'Think')
    const thoughts = page.locator('main details', { hasText: 'What the model thought' })
    await thoughts.waitFor()
    expect(await answer(page).getByText('<thi').count()).toBe(0)
    await answer(page).getByText('The answer.').waitFor()
    expect(await textOf(page)).toBe('The answer.')
    await page.getByText('What the model thought').click()
    await thoughts.getByText('First I think a while.').waitFor()
  },
)

test('[W-60] undoing the deletion of the chat in view leads back to it', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  const id = await openChat(world, page, 'Dear to me')
  await chats(page).getByRole('button', { name: 'Actions for Dear to me' }).click()
  await page.getByRole('menuitem', { name: 'Delete', exact: true }).click()
  await page.waitForURL(/\/chat$/)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.waitForURL(`**/chat/${id}`)
  await page.getByRole('heading', { level: 1, name: 'Dear to me' }).waitFor()
})

test('[W-61] a first question that failed leaves no empty chat', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  await page.goto('/chat')
  await page.route('**/generations', (route) =>
    route.fulfill({ status: 400, json: { error: 'Not now.', code: 'invalid_request', requestId: 'req_1' } }),
  )
  await ask(page, 'Does this work?')
  await page.getByText('Not now.').waitFor()
  await page.reload()
  await chats(page).getByText('Your chats will stand here.').waitFor()
  expect(await field(page).inputValue()).toBe('Does this work?')
})

test('[W-82] [W-21] a key deletes the chat in view, with the way back', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  const id = await openChat(world, page, 'Gone by a key')
  await field(page).waitFor()
  await page.keyboard.press('Control+/')
  await page.getByRole('dialog').getByText('Delete this chat').waitFor()
  await page.getByRole('dialog').getByText('Fold or unfold the sidebars').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+Shift+Backspace')
  await page.waitForURL(/\/chat$/)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.waitForURL(`**/chat/${id}`)
})

test('[W-113] both sidebars are folded by a key or a button, and stay so', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  await page.goto('/chat')
  const main = page.getByRole('navigation', { name: 'Main' })
  await chats(page).waitFor()
  await page.keyboard.press('Control+Shift+S')
  await chats(page).waitFor({ state: 'hidden' })
  await main.waitFor({ state: 'hidden' })
  await expectAccessible(page)
  await page.reload()
  await field(page).waitFor()
  expect([await main.isVisible(), await chats(page).isVisible()]).toEqual([false, false])
  await page.getByRole('button', { name: 'Unfold the sidebars' }).click()
  await main.waitFor()
  await chats(page).waitFor()
})

test('[W-114] the video of a message is played, and one from elsewhere is a link', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  const headers = { origin: new URL(world.portal.url).origin }
  const sessionId = await openChat(world, page, 'Videos')
  const video = { mimeType: 'video/mp4', durationMs: 65_000, posterUrl: null }
  for (const url of ['/api/files/fil_00000000000000000000000000', 'https://else.example/film.mp4']) {
    const data = { sessionId, role: 'assistant', content: 'See this.' }
    const made = await page.request.post('/api/chat/messages', { data, headers })
    const { id } = await made.json()
    await page.request.patch(`/api/chat/messages/${id}`, { data: { video: { ...video, url } }, headers })
  }
  await page.reload()
  await page.getByLabel('Video, 1:05').waitFor()
  expect(await page.locator('video').count()).toBe(1)
  const link = page.getByRole('link', { name: 'Video, 1:05, on else.example' })
  expect(await link.getAttribute('href')).toBe('https://else.example/film.mp4')
})

test(
  '[W-61] a chat gets its title also where its page hears of the end by reading anew',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    await page.goto('/chat')
    await page.route('**/generations/*/events', (route) => route.abort())
    world.portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 100 })
    enqueueAnswers(world, 'A title of its own')
    await ask(page, 'Count')
    await page.waitForURL(/\/chat\/cht_/)
    await expect
      .poll(async () => {
        await page.evaluate(() => window.dispatchEvent(new Event('focus')))
        return answer(page).getByText('word13').count()
      })
      .toBe(1)
    await page.getByRole('heading', { level: 1, name: 'A title of its own' }).waitFor()
  },
)

test('[W-190] what somebody typed stays where it is until the server has it', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  await openAnsweredChat(world, page, 'Plans')
  const dialog = (name: string) => page.getByRole('dialog', { name })
  const save = (name: string) => dialog(name).getByRole('button', { name: 'Save' })
  const choose = async (action: string) => {
    await chats(page).getByRole('button', { name: 'Actions for Plans' }).click()
    await page.getByRole('menuitem', { name: action, exact: true }).click()
  }
  /** Tries something while the server refuses it, looks, and tries it again. */
  const twice = async (url: string, tryIt: () => Promise<void>, look: () => Promise<void>) => {
    const refused = (route: Route) =>
      route.request().method() === 'GET' ? route.fallback() : route.fulfill({ status: 503, json: away })
    await page.route(url, refused)
    await tryIt()
    await page.getByText(away.error).first().waitFor()
    await look()
    await page.unroute(url)
    await tryIt()
  }
  const chat = '**/api/chat/sessions/*'

  await page.getByRole('button', { name: 'Bad answer' }).click()
  const reason = page.getByRole('textbox', { name: 'What was wrong with it?' })
  await reason.fill('It is wrong.')
  await twice(
    '**/rating',
    () => dialog('The reason of your rating').getByRole('button', { name: 'Send' }).click(),
    async () => {
      await page.getByRole('heading', { level: 1 }).click()
      expect(await reason.inputValue()).toBe('It is wrong.')
      expect(await page.getByText('your reason is kept').count()).toBe(0)
    },
  )
  await page.getByText('your reason is kept').waitFor()

  await page.getByRole('button', { name: 'Instructions and temperature' }).click()
  const instructions = dialog('Instructions and temperature').getByLabel('Instructions')
  await instructions.fill('Answer in rhymes.')
  await twice(
    chat,
    () => save('Instructions and temperature').click(),
    async () => expect(await instructions.inputValue()).toBe('Answer in rhymes.'),
  )
  await instructions.waitFor({ state: 'detached' })

  await choose('Tags')
  await dialog('Tags')
    .getByLabel(/^Tags of/)
    .fill('home')
  await dialog('Tags')
    .getByLabel(/^Tags of/)
    .press('Enter')
  await twice(
    chat,
    () => save('Tags').click(),
    () => dialog('Tags').getByText('home', { exact: true }).waitFor(),
  )
  const tag = chats(page).getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'home' })
  await tag.click()

  await chats(page).getByRole('button', { name: 'Keep this filter' }).click()
  const name = chats(page).getByLabel('Name of the filter')
  await name.fill('At home')
  await twice(
    '**/api/chat/settings',
    () => name.press('Enter'),
    async () => expect(await name.inputValue()).toBe('At home'),
  )
  await chats(page).getByRole('button', { name: 'At home', pressed: true }).waitFor()

  await choose('Rename')
  const title = chats(page).getByRole('textbox', { name: 'Title' })
  await title.fill('Great plans')
  await twice(
    chat,
    () => title.press('Enter'),
    async () => expect(await title.inputValue()).toBe('Great plans'),
  )
  await page.getByRole('heading', { level: 1, name: 'Great plans' }).waitFor()
  await title.waitFor({ state: 'detached' })
})

test('[W-185] a change that fails after its field or dialog was closed says so', journey, async () => {
  const person = await world.aPerson()
  await world.visitAs(person)
  const page = await world.visitAs(person)
  await openAnsweredChat(world, page, 'Plans')
  const dialog = (name: string) => page.getByRole('dialog', { name })
  const choose = async (action: string) => {
    await chats(page).getByRole('button', { name: 'Actions for Plans' }).click()
    await page.getByRole('menuitem', { name: action, exact: true }).click()
  }
  /** Begins something, closes it by hand while the server takes its time, and reads the refusal. */
  const closedMeanwhile = async (url: string, begin: () => Promise<void>, isClosed: () => Promise<void>) => {
    const { promise: late, resolve: letGo } = Promise.withResolvers<void>()
    await page.route(url, async (route) => {
      if (route.request().method() === 'GET') return route.fallback()
      await late
      return route.fulfill({ status: 503, json: away })
    })
    const asked = page.waitForRequest((request) => request.method() !== 'GET')
    await begin()
    await asked
    await page.keyboard.press('Escape')
    await isClosed()
    expect(await page.getByText(away.error).count()).toBe(0)
    letGo()
    await page.getByRole('alert').getByText(away.error).waitFor()
    await page.unroute(url)
    await page.reload()
  }
  const chat = '**/api/chat/sessions/*'
  const title = chats(page).getByRole('textbox', { name: 'Title' })
  await closedMeanwhile(
    chat,
    async () => {
      await choose('Rename')
      await title.fill('Great plans')
      await title.press('Enter')
    },
    () => title.waitFor({ state: 'detached' }),
  )
  await closedMeanwhile(
    chat,
    async () => {
      await choose('Tags')
      await dialog('Tags')
        .getByLabel(/^Tags of/)
        .fill('home')
      await dialog('Tags').getByRole('button', { name: 'Save' }).click()
    },
    () => dialog('Tags').waitFor({ state: 'detached' }),
  )
  await page.goto('/settings/sessions')
  const end = dialog('Sign out every other device')
  await closedMeanwhile(
    '**/api/auth/revoke-other-sessions',
    async () => {
      await page.getByRole('button', { name: 'Sign out every other device' }).click()
      await end.getByRole('button', { name: 'Sign them out' }).click()
    },
    () => end.waitFor({ state: 'detached' }),
  )
})

test('[W-190] a prompt that could not be deleted says so', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  const headers = { origin: new URL(world.portal.url).origin }
  await page.request.post('/api/chat/prompts', { data: { name: 'short', content: 'Be brief.' }, headers })
  await page.goto('/settings/chat')
  await page.route('**/api/chat/prompts/*', (route) => route.fulfill({ status: 503, json: away }))
  await page.getByRole('button', { name: 'Delete short' }).click()
  await page.getByText(away.error).waitFor()
  await page.getByRole('table', { name: 'Prompts' }).getByText('/short').waitFor()
})

const away = { error: 'Not at the moment.', code: 'unavailable', requestId: 'req_1' }
