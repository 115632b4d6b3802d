// A long thread, as somebody reads it up and down, types in it, and arrives in its middle.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, ask, chats, field, longChat, openChat } from './chat-steps.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
let long: { id: string; ids: string[] }
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
  ada = await world.aPerson()
  long = await longChat(world, await world.visitAs(ada), 300)
})
afterAll(() => world?.close())

const journey = { timeout: 90_000 }
const thread = (page: Page) => page.locator('[data-thread]')
const row = (page: Page, number: number) => page.locator(`main li[aria-posinset="${number + 1}"]`)
const distanceFromEnd = (page: Page) =>
  thread(page).evaluate((at) => Math.round(at.scrollHeight - at.clientHeight - at.scrollTop))
const slowLines = (count: number, delayMs: number) =>
  world.portal.upstream.enqueue({
    ...{ kind: 'answer', delayMs },
    chunks: Array.from({ length: count }, (_, i) => `line ${i}\n\n`),
  })
const settled = async (page: Page) => {
  await page.waitForLoadState('networkidle')
  await expect.poll(() => distanceFromEnd(page)).toBeLessThanOrEqual(1)
}

test(
  '[W-74] of 300 messages few are on the page, and typing is swift while an answer comes',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await page.goto(`/chat/${long.id}`)
    await row(page, 299).waitFor()
    await settled(page)
    expect(await page.locator('main li[aria-posinset]').count()).toBeLessThan(30)
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(5000)
    await expectAccessible(page)
    await page.evaluate(() => {
      const durations: number[] = []
      Object.assign(window, { durations })
      const observer = new PerformanceObserver((list) => {
        for (const { name, duration } of list.getEntries()) if (name === 'keydown') durations.push(duration)
      })
      observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
    })
    slowLines(800, 30)
    await ask(page, 'Go on')
    await answer(page).getByText('line 5', { exact: true }).waitFor()
    await field(page).pressSequentially('Typed while the answer comes, and it comes', { delay: 30 })
    await page.getByRole('button', { name: 'Stop the answer' }).click()
    const slow = await page.evaluate(() => (window as unknown as { durations: number[] }).durations)
    // The bench measures the 50 ms; a machine that tests share gets more, and a thread that is rendered takes far more.
    expect(slow.filter((duration) => duration > 250).length).toBeLessThanOrEqual(2)
  },
)

test('[W-74] typing makes nothing of the thread anew', journey, async () => {
  const page = await world.visitAs(ada)
  await page.goto(`/chat/${long.id}`)
  await row(page, 299).waitFor()
  await settled(page)
  await row(page, 299).or(row(page, 301)).locator('code span[style*="--light"]').first().waitFor()
  await page.evaluate(() => {
    const changes: string[] = []
    Object.assign(window, { changes })
    const list = document.querySelector('[data-thread] ol')
    if (!list) throw new Error('There is no thread.')
    new MutationObserver((records) => {
      for (const { type, target, attributeName } of records)
        changes.push(`${type} of ${(target as Element).outerHTML?.slice(0, 160)}: ${attributeName}`)
    }).observe(list, { subtree: true, childList: true, characterData: true, attributes: true })
  })
  const changed = () => page.evaluate(() => (window as unknown as { changes: string[] }).changes)
  // Colours of others may still come.
  let known = -1
  const isQuiet = async () => {
    const before = known
    known = (await changed()).length
    return known === before
  }
  await expect.poll(isQuiet, { interval: 500 }).toBe(true)
  await field(page).pressSequentially('Nothing of this is in the thread')
  expect((await changed()).slice(known)).toEqual([])
  await field(page).fill('')
})

test(
  '[W-69] scrolling moves what is read by what the wheel says, and messages stay in order',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await page.goto(`/chat/${long.id}`)
    await row(page, 299).waitFor()
    await settled(page)
    await page.mouse.move(700, 300)
    for (let turn = 0; turn < 12; turn++) {
      const before = await page.evaluate(() => {
        const at = document.elementFromPoint(700, 250)?.closest('li[aria-posinset]')
        return { place: at?.getAttribute('aria-posinset'), top: at?.getBoundingClientRect().top ?? 0 }
      })
      await page.mouse.wheel(0, -400)
      const top = () =>
        page
          .locator(`main li[aria-posinset="${before.place}"]`)
          .evaluate((at) => at.getBoundingClientRect().top, undefined, { timeout: 1000 })
      await expect
        .poll(async () => Math.abs((await top()) - before.top - 400), { timeout: 2000 })
        .toBeLessThanOrEqual(1)
    }
    const places = await page
      .locator('main li[aria-posinset]')
      .evaluateAll((rows) => rows.map((at) => Number(at.getAttribute('aria-posinset'))))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    await page.getByRole('button', { name: 'Jump to the latest' }).click()
    await settled(page)
  },
)

test('[W-69] what is read stays in its place for as long as an answer comes', journey, async () => {
  const page = await world.visitAs(ada)
  await openChat(world, page, 'Constant')
  slowLines(160, 25)
  await ask(page, 'Many lines')
  await answer(page).getByText('line 40', { exact: true }).waitFor()
  await page.mouse.move(700, 300)
  await page.mouse.wheel(0, -500)
  await page.getByRole('button', { name: 'Jump to the latest' }).waitFor()
  const tops = await page.evaluate(async () => {
    const read = [...document.querySelectorAll('main li[data-status] p')].find(
      (at) => at.getBoundingClientRect().top > 200,
    )
    const seen: number[] = []
    const until = performance.now() + 3000
    while (performance.now() < until) {
      await new Promise(requestAnimationFrame)
      seen.push(read?.getBoundingClientRect().top ?? 0)
    }
    return seen
  })
  expect(tops.length).toBeGreaterThan(30)
  expect(Math.max(...tops) - Math.min(...tops)).toBeLessThanOrEqual(1)
})

test('[W-69] a chat that is gone to is at its end from its first frame on', journey, async () => {
  const page = await world.visitAs(ada)
  await openChat(world, page, 'Short')
  await chats(page).getByRole('link', { name: 'A chat of 300' }).waitFor()
  await page.evaluate(() => {
    const frames: number[] = []
    Object.assign(window, { frames })
    const look = () => {
      const box = document.querySelector('[data-thread]')
      if (box?.querySelector('li[aria-posinset="299"], li[aria-posinset="300"]'))
        frames.push(box.scrollHeight - box.clientHeight - box.scrollTop)
      requestAnimationFrame(look)
    }
    look()
  })
  await chats(page).getByRole('link', { name: 'A chat of 300' }).click()
  await row(page, 299).waitFor()
  await settled(page)
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames)
  expect(Math.max(...frames)).toBeLessThanOrEqual(1)
})

test('[W-75] a link to a message leads to it, also on another branch', journey, async () => {
  const page = await world.visitAs(ada)
  await page.goto(`/chat/${long.id}?message=${long.ids[41]}`)
  await row(page, 41).waitFor()
  const top = () => row(page, 41).evaluate((at) => Math.round(at.getBoundingClientRect().top))
  const boxTop = await thread(page).evaluate((at) => Math.round(at.getBoundingClientRect().top))
  await expect.poll(async () => Math.abs((await top()) - boxTop)).toBeLessThanOrEqual(40)
  await page.getByText('Answer 41.').waitFor()
  const headers = { origin: new URL(world.portal.url).origin }
  const edit = { sessionId: long.id, role: 'user', content: 'Another beginning', parentId: null }
  const made = await page.request.post('/api/chat/messages', { data: edit, headers })
  const { id } = await made.json()
  await page.goto(`/chat/${long.id}?message=${id}`)
  await page.getByText('Another beginning').waitFor()
  await page.goto(`/chat/${long.id}?message=${long.ids[41]}`)
  await page.getByText('Answer 41.').waitFor()
  await row(page, 41).waitFor()
})

test('[W-76] a question that is asked stands at the top, and its answer below it', journey, async () => {
  const page = await world.visitAs(ada)
  await page.goto(`/chat/${long.id}`)
  await row(page, 299).waitFor()
  await settled(page)
  const chunks = ['first', 'second', 'third', 'fourth'].map((word) => `The ${word} part.\n\n`)
  world.portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 250 })
  await ask(page, 'Where do I stand?')
  await answer(page).getByText('The first part.').waitFor()
  const at = await page.getByText('Where do I stand?').evaluate((it) => it.getBoundingClientRect().top)
  const top = await thread(page).evaluate((it) => it.getBoundingClientRect().top)
  expect(at - top).toBeLessThan(60)
  await page.getByRole('button', { name: 'Answer again' }).last().waitFor()
  expect(
    Math.abs(
      (await page.getByText('Where do I stand?').evaluate((it) => it.getBoundingClientRect().top)) - at,
    ),
  ).toBeLessThanOrEqual(1)
})
