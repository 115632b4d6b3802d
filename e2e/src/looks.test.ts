// What a chat looks like, beside pictures of it that somebody looked at: `npm run looks -w e2e` takes them anew.
import { readdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, openChat, stop } from './chat-steps.ts'
import { askedFor, expectLooks } from './look.ts'
import { folder } from './picture.ts'
import { makeStill, stillSwitches } from './still-page.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ models: 'scripted', browser: { switches: stillSwitches, isWhole: true } })
})
afterAll(() => world?.close())

const question = `How do I tell whether a list of dates is in order, and what does that cost?

Please show it in TypeScript, with a table of the two ways that you would consider.`

const answer = `Compare each date with **the one before it**: one pass is enough, and \`every\` stops at the first pair that is not.

\`\`\`ts
/** Whether dates stand in order. */
export const isInOrder = (dates: readonly Date[]): boolean =>
  dates.every((date, i) => i === 0 || date >= dates[i - 1])
\`\`\`

| way | time | memory |
|---|---:|---:|
| compare neighbours | 1.2 ms | 0 KB |
| sort, then compare | 14.8 ms | 312 KB |

The first takes $$n - 1$$ comparisons, the second

$$
\\sum_{i=1}^{n} \\log_2 i \\approx n \\log_2 n
$$

1. Take the first for a list that you have.
2. Take a [sorted set](https://example.com/set) where dates are added all the time.`

const begun = ['A stream ', 'is read ', 'part by part:\n\n', '- what came ', 'is shown\n', '- and more ']
const fence = ['is on its way\n\n', '```ts\n', 'for await (const part of stream) {\n', '  show(']

const said = (page: Page, at: number) => page.locator(`main li[aria-posinset="${at}"] > div`)

/** A page that is not that of any machine, of somebody new. */
async function aStillPage(): Promise<Page> {
  const page = await world.visitAs(await world.aPerson())
  await makeStill(page)
  return page
}

async function openSaid(page: Page): Promise<void> {
  const headers = { origin: new URL(world.portal.url).origin }
  const made = await page.request.post('/api/chat/sessions', { data: { title: 'Dates' }, headers })
  const { id: sessionId } = await made.json()
  for (const data of [
    { role: 'user', content: question },
    { role: 'assistant', model: 'test-model', content: answer },
  ])
    await page.request.post('/api/chat/messages', { data: { sessionId, ...data }, headers })
  await page.goto(`/chat/${sessionId}`)
  await said(page, 2).locator('.katex-display').waitFor()
  await said(page, 2).locator('code span[style*="--light"]').first().waitFor()
}

test('[W-106] a page for a new chat looks as in its pictures', async () => {
  const page = await aStillPage()
  await page.goto('/chat')
  await page.getByRole('button', { name: /^Draft a mail/ }).waitFor()
  await page.waitForLoadState('networkidle')
  await expectLooks(page.locator('main'), 'new-chat')
})

test('[W-106] so do a question, the same being edited, and an answer with code, a table and formulas', async () => {
  const page = await aStillPage()
  await openSaid(page)
  await expectLooks(said(page, 1), 'question')
  await expectLooks(said(page, 2), 'answer')
  await page.getByRole('button', { name: 'Edit the question' }).click()
  await page.getByRole('textbox', { name: 'The question' }).waitFor()
  await expectLooks(said(page, 1), 'edited-question')
})

test('[W-106] so do an answer that failed, and one while it is written', async () => {
  const page = await aStillPage()
  await openChat(world, page, 'Streams')
  world.portal.upstream.enqueue({ kind: 'error-in-stream', afterEvents: begun.length + 1, chunks: begun })
  await ask(page, 'What is a stream?')
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
  await said(page, 2).locator('ul').waitFor()
  await expectLooks(said(page, 2), 'failed-answer')
  const chunks = [...begun, ...fence]
  world.portal.upstream.enqueue({ kind: 'hang', after: chunks.length + 1, chunks })
  await ask(page, 'And now?')
  await said(page, 4).locator('pre').getByText('show(').waitFor()
  await expectLooks(said(page, 4), 'streaming-answer')
  await stop(page).click()
  await page.getByText('You stopped this answer.').waitFor()
})

test('[W-106] no picture is kept of what no test looks at', () => {
  const kept = readdirSync(folder).filter((name) => name.endsWith('.png'))
  expect(kept).toEqual([...askedFor].sort())
})
