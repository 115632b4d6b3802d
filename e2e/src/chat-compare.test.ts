// Two models and one question.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, enqueueAnswers, openAnsweredChat } from './chat-steps.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ models: [{}, { id: 'second-model' }] })
})
afterAll(() => world?.close())

test('[W-101] another model answers beside the first one, and the chat goes on with the one that is chosen', {
  timeout: 90_000,
}, async () => {
  const page = await world.visitAs(await world.aPerson())
  await openAnsweredChat(world, page, 'Two')
  const words = Array.from({ length: 30 }, (_, i) => `other${i} `)
  world.portal.upstream.enqueue({ kind: 'answer', chunks: words, delayMs: 40 })
  await page.getByRole('button', { name: 'Compare with another model' }).click()
  await page.getByRole('menuitem', { name: 'second-model' }).click()
  const both = page.getByRole('region', { name: 'Answers side by side' })
  const [first, second] = ['test-model', 'second-model'].map((model) =>
    both.getByRole('article', { name: `By ${model}` }),
  )
  if (!first || !second) throw new Error('There are two.')
  await first.getByText('The first answer.').waitFor()
  await second.getByText('other5 ').waitFor()
  await second.getByText('other29').waitFor()
  expect(world.portal.upstream.requests.at(-1)?.body).toMatchObject({ model: 'upstream-model' })
  await second.getByText('In use').waitFor()
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 800 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await page.setViewportSize({ width: 1280, height: 800 })

  await first.getByRole('button', { name: 'Go on with this one' }).click()
  await first.getByText('In use').waitFor()
  await page.getByRole('button', { name: 'Show the answers side by side' }).click()
  await both.waitFor({ state: 'detached' })
  await answer(page).getByText('The first answer.').waitFor()
  await page.getByText('1/2').waitFor()
  enqueueAnswers(world, 'It goes on.')
  await page.getByRole('textbox', { name: 'Message' }).fill('Go on')
  await page.keyboard.press('Enter')
  await answer(page).getByText('It goes on.').waitFor()
  const asked = JSON.stringify(world.portal.upstream.requests.at(-1)?.body)
  expect(asked).toContain('The **first** answer.')
  expect(asked).not.toContain('other5')
})
