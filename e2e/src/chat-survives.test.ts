// An answer and its readers: reloads, other browsers, other tabs, five times each at some word of it.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer, ask, openChat, stop, textOf } from './chat-steps.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
  ada = await world.aPerson()
})
afterAll(() => world?.close())

const journey = { timeout: 120_000 }
const times = [1, 2, 3, 4, 5]
const words = Array.from({ length: 40 }, (_, i) => `word${i} `)
const whole = words.join('').trim()
const slowly = (delayMs: number) => world.portal.upstream.enqueue({ kind: 'answer', chunks: words, delayMs })

const reads = (page: Page, word: number) => answer(page).getByText(`word${word} `).waitFor()
const isWhole = (page: Page) =>
  page.getByRole('button', { name: 'Answer again' }).waitFor({ timeout: 20_000 })
/** Another word each time, well inside the answer. */
const wordOf = (time: number) => time * 5

test(
  '[W-63] [CG3] after a reload at any word the words before it are there, and the rest comes once',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    for (const time of times) {
      await openChat(world, page, `Reload ${time}`)
      slowly(50)
      await ask(page, 'Count')
      await reads(page, wordOf(time))
      const before = await textOf(page)
      await page.reload()
      await reads(page, wordOf(time))
      expect(await textOf(page)).toMatch(new RegExp(`^${before}`))
      await isWhole(page)
      expect(await textOf(page)).toBe(whole)
    }
  },
)

test('[W-63] [CG3] a second browser joins at any word, and both read the same', journey, async () => {
  const [first, second] = [await world.visitAs(ada), await world.visitAs(ada)]
  for (const time of times) {
    const id = await openChat(world, first, `Second ${time}`)
    slowly(60)
    await ask(first, 'Count')
    await reads(first, wordOf(time))
    const seen = await textOf(first)
    await second.goto(`/chat/${id}`)
    await reads(second, wordOf(time))
    expect(await textOf(second)).toMatch(new RegExp(`^${seen}`))
    await Promise.all([isWhole(first), isWhole(second)])
    expect([await textOf(first), await textOf(second)]).toEqual([whole, whole])
  }
})

test(
  '[W-64] [CG4] stopped from another tab at any word, it ends in both with what was seen there',
  journey,
  async () => {
    const first = await world.visitAs(ada)
    const second = await first.context().newPage()
    for (const time of times) {
      const id = await openChat(world, first, `Stop ${time}`)
      slowly(100)
      await ask(first, 'Count')
      await second.goto(`/chat/${id}`)
      await reads(second, wordOf(time))
      await stop(second).click()
      await second.getByText('You stopped this answer.').waitFor()
      const seen = await textOf(second)
      await first.getByText('You stopped this answer.').waitFor()
      for (const page of [first, second]) {
        await page.reload()
        await page.getByText('You stopped this answer.').waitFor()
        expect(await textOf(page)).toBe(seen)
      }
      expect(whole).toMatch(new RegExp(`^${seen}`))
      expect(seen.length).toBeLessThan(whole.length)
    }
  },
)
