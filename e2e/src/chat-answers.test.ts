// What is in answers: code, as somebody reads and copies it.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, ask, enqueueAnswers, field, openChat } from './chat-steps.ts'
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
const isDone = (page: Page) => page.getByRole('button', { name: 'Answer again' }).waitFor()
const coloured = (page: Page) => answer(page).locator('code span[style*="--light"]')

/** A chat with this answer; whatever the console complains of is kept. */
async function haveAnswer(page: Page, text: string): Promise<string[]> {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await openChat(world, page, 'Answer')
  enqueueAnswers(world, text)
  await ask(page, 'Show me')
  await isDone(page)
  return complaints
}

test(
  '[W-72] code is plain while it is written, and in colours once its fence is closed',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await openChat(world, page, 'Colours')
    const chunks = ['```ts\nconst a = 1', '\nconst b = 2\n', '```\n', ...Array(40).fill('and so on ')]
    world.portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 300 })
    await ask(page, 'Slowly')
    await answer(page).getByText('const a = 1').waitFor()
    expect(await coloured(page).count()).toBe(0)
    await coloured(page).first().waitFor()
    expect(await page.getByRole('button', { name: 'Stop the answer' }).count()).toBe(1)
    const colourOf = () =>
      answer(page)
        .getByText('const', { exact: true })
        .first()
        .evaluate((at) => getComputedStyle(at).color)
    expect(await colourOf()).toBe('rgb(0, 0, 255)')
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(colourOf).toBe('rgb(86, 156, 214)')
  },
)

test(
  '[W-73] long code is folded, copied whole, and shown as somebody likes it from then on',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    const code = Array.from({ length: 60 }, (_, i) => `echo "line ${i}" # ${'x'.repeat(i * 4)}`).join('\n')
    const complaints = await haveAnswer(page, `\`\`\`sh\n${code}\n\`\`\`\n\n\`\`\`sh\necho short\n\`\`\``)
    const block = page.locator('pre').first()
    const rows = () => block.evaluate((at) => at.textContent?.trimEnd().split('\n').length)
    expect(await rows()).toBe(30)
    await page.getByRole('button', { name: 'Copy the code' }).first().click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code)
    const wide = () => block.evaluate((at) => at.scrollWidth > at.clientWidth)
    expect(await wide()).toBe(true)
    await page.getByRole('button', { name: 'Wrap long lines' }).first().click()
    await page.getByRole('button', { name: 'Number the lines' }).first().click()
    expect(await wide()).toBe(false)
    await page.getByRole('button', { name: 'Show all 60 lines' }).click()
    expect(await rows()).toBe(60)
    await page.reload()
    await page.getByRole('button', { name: 'Show all 60 lines' }).waitFor()
    expect(await page.getByRole('button', { name: 'Number the lines', pressed: true }).count()).toBe(2)
    expect(await wide()).toBe(false)
    expect(complaints).toEqual([])
  },
)

test(
  '[W-82] keys copy the last answer and the last code, and bring back the last question',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    const text = 'First:\n\n```js\none()\n```\n\nThen:\n\n- in a list\n\n  ```js\n  two()\n  ```\n\nDone.'
    await haveAnswer(page, text)
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await page.keyboard.press('Control+Shift+C')
    await expect.poll(copied).toBe(text)
    await page.keyboard.press('Control+Shift+:')
    await expect.poll(copied).toBe('two()')
    await page.getByRole('button', { name: 'Copy the answer' }).focus()
    await page.keyboard.press('Shift+Escape')
    await page.keyboard.press('ArrowUp')
    expect(await field(page).inputValue()).toBe('Show me')
    await field(page).fill('')
    await page.keyboard.press('Control+/')
    await page.getByRole('dialog').getByText('Copy the last code').waitFor()
  },
)

test('[W-83] a rating may be given a reason', journey, async () => {
  const page = await world.visitAs(ada)
  await haveAnswer(page, 'Wrong, probably.')
  await page.getByRole('button', { name: 'Bad answer' }).click()
  await page.getByRole('textbox', { name: 'What was wrong with it?' }).fill('It is wrong.')
  await expectAccessible(page)
  const sent = page.waitForRequest((request) => request.url().endsWith('/rating'))
  await page.getByRole('button', { name: 'Send', exact: true }).first().click()
  expect((await sent).postDataJSON()).toEqual({ rating: 'down', reason: 'It is wrong.' })
  await page.getByText('your reason is kept').waitFor()
  await page.getByRole('button', { name: 'Bad answer', pressed: true }).waitFor()
})

const everyKind = `\`\`\`ts
/** A comment. */
export const pattern = /[^\\s]+/g, n = 0x1f, none = null
\`\`\`

\`\`\`html
<div class="a"><!-- c --></div>
\`\`\`

\`\`\`diff
- old
+ new
\`\`\`

So $$e^{i\\pi}$$ and \\(\\pmb{x}\\), and it costs $5 to $10:

\\[
\\sum_{i=1}^n i = \\frac{n(n+1)}{2} + \\fcolorbox{red}{blue}{1} + \\underbrace{${'a + '.repeat(60)}a}_{long}
\\]

$$
\\unknown{x}
$$

| Option | Cost |
|---|--:|
| **Own** server | $5,000 |
| "Managed" | 20~25 |
`

test(
  '[W-71] [W-77] formulas are drawn, and tables copied for a spreadsheet or as Markdown',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    const complaints = await haveAnswer(page, everyKind)
    await page.locator('.katex-html').nth(2).waitFor()
    expect(await page.locator('math').count()).toBe(3)
    await answer(page).getByText('and it costs $5 to $10:').waitFor()
    await answer(page).getByText('\\unknown{x}').waitFor()
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await page.getByRole('button', { name: 'Copy as CSV' }).click()
    await expect.poll(copied).toBe('Option,Cost\r\nOwn server,"$5,000"\r\n"""Managed""",20~25')
    await page.getByRole('button', { name: 'Copy as Markdown' }).click()
    await expect.poll(copied).toMatch(/^\| Option \| Cost \|\n.*\| 20~25 \|$/s)
    expect(complaints).toEqual([])
  },
)

describe.each(views)('in the $theme theme, $width pixels wide', (view) => {
  test('[W-08] an answer with everything that answers have is without barriers', journey, async () => {
    const page = await world.visitAs(ada, view)
    const complaints = await haveAnswer(page, everyKind)
    await coloured(page).first().waitFor()
    await page.locator('.katex-html').first().waitFor()
    await page.waitForLoadState('networkidle')
    await expectAccessible(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
  })
})
