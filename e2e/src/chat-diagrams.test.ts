// Diagrams in answers: drawn, and kept from doing anything else.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, ask, enqueueAnswers, openChat } from './chat-steps.ts'
import { views } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
/** A stranger's server, and what it was asked for. */
let stranger: Server
const asked: string[] = []
beforeAll(async () => {
  stranger = createServer((req, res) => {
    asked.push(String(req.url))
    res.setHeader('access-control-allow-origin', '*').end()
  })
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  world = await startWorld({ models: 'scripted' })
  ada = await world.aPerson()
})
afterAll(async () => {
  stranger?.close()
  await world?.close()
})

const journey = { timeout: 120_000 }
const patience = { timeout: 15_000 }
const fenced = (...sources: string[]) =>
  sources.map((source) => `\`\`\`mermaid\n${source}\n\`\`\``).join('\n\n')
const picture = (page: Page) => page.frameLocator('iframe[title^="Diagram:"]')
const drawn = (page: Page, text: string) => picture(page).locator('svg').getByText(text).first()

/** Whatever the console complains of. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}

async function haveAnswer(page: Page, text: string): Promise<void> {
  await openChat(world, page, 'Diagrams')
  enqueueAnswers(world, text)
  await ask(page, 'Draw it')
  await page.getByRole('button', { name: 'Answer again' }).waitFor()
}

const flowchart =
  'flowchart TD\n  A[Ask a question] --> B{Is it clear?}\n  B -->|yes| C[Answer]\n  B -->|no| A'

test(
  '[W-103] a diagram is code while it is written, then drawn, and its source at a click',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    const complaints = complaintsOf(page)
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
    await openChat(world, page, 'Diagrams')
    const chunks = ['```mermaid\n', flowchart, '\n```\n', ...Array(20).fill('and so on ')]
    world.portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 300 })
    await ask(page, 'Draw it')
    await answer(page).locator('pre').getByText('Ask a question').waitFor()
    expect(loaded).not.toContain('/frames/diagram.html')
    await drawn(page, 'Ask a question').waitFor(patience)
    expect(loaded).toContain('/frames/diagram.html')
    await expect.poll(() => answer(page).locator('pre').count()).toBe(0)
    await page.getByRole('button', { name: 'Copy the code' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(flowchart)
    const toggle = page.getByRole('button', { name: 'Show the source' })
    await toggle.click()
    await answer(page).locator('pre').getByText('Ask a question').waitFor()
    expect(await page.locator('iframe').count()).toBe(0)
    expect(await toggle.evaluate((at) => at === document.activeElement)).toBe(true)
    await toggle.click()
    await drawn(page, 'Is it clear?').waitFor(patience)
    expect(complaints).toEqual([])
  },
)

test('[W-103] its frame has the diagram’s proportions and stays as it is', journey, async () => {
  const page = await world.visitAs(ada)
  await haveAnswer(page, fenced(flowchart))
  await drawn(page, 'Answer').waitFor(patience)
  const sizeOf = () => page.locator('iframe').evaluate((at) => [at.clientWidth, at.clientHeight])
  const box = await picture(page)
    .locator('svg')
    .evaluate((at) => {
      const { width, height } = (at as SVGSVGElement).viewBox.baseVal
      return width / height
    })
  await expect.poll(async () => (await sizeOf())[1]).toBeGreaterThan(100)
  const [width = 0, height = 1] = await sizeOf()
  expect(Math.abs(width / height - box)).toBeLessThan(0.05)
  const later = await page.locator('iframe').evaluate(async (at) => {
    const seen = new Set<string>()
    for (let count = 0; count < 60; count++) {
      await new Promise(requestAnimationFrame)
      seen.add(`${at.clientWidth} ${at.clientHeight}`)
    }
    return [...seen]
  })
  expect(later).toEqual([`${width} ${height}`])
})

test('[W-103] a hostile diagram runs nothing, loads nothing and reaches nothing', journey, async () => {
  const page = await world.visitAs(ada)
  const there = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const hostile = `%%{init: {"securityLevel": "loose", "htmlLabels": true, "flowchart": {"htmlLabels": true}, "themeCSS": "@import url(${there}/css); .node { background: url(${there}/ground) }"}}%%
flowchart TD
  A[Harmless words] --> B["<img src='${there}/image' onerror='alert(1)'><script>alert(2)</script>"]
  C["<iframe src='${there}/frame'></iframe>"] --> D["<a href='javascript:alert(3)'>Here</a>"]
  click A "javascript:alert(4)"
  click B call alert(5)
  click C href "${there}/link" _top`
  await haveAnswer(page, fenced(`flowchart TD\n  A@{ img: "${there}/shape", label: "A picture" }`))
  const settled = page.locator('[aria-busy="false"] iframe').or(page.getByText('cannot be drawn'))
  await settled.first().waitFor(patience)
  await haveAnswer(page, fenced(hostile))
  await drawn(page, 'Harmless words').waitFor(patience)
  await picture(page).locator('svg .node').first().click({ force: true })
  await picture(page).locator('svg .node').nth(2).click({ force: true })
  const found = await picture(page)
    .locator('svg')
    .evaluate((at) => ({
      links: at.querySelectorAll('[href]:not([href^="#"]), a[*|href]').length,
      active: at.querySelectorAll('script, iframe, [onerror], [onclick]').length,
      origin: window.origin,
    }))
  expect(found).toEqual({ links: 0, active: 0, origin: 'null' })
  const reached = await picture(page)
    .locator('svg')
    .evaluate(() =>
      [() => document.cookie, () => localStorage.length, () => window.parent.document].map((reach) => {
        try {
          return String(reach())
        } catch (error) {
          return (error as Error).name
        }
      }),
    )
  expect(reached).toEqual(['SecurityError', 'SecurityError', 'SecurityError'])
  const sent = await picture(page)
    .locator('svg')
    .evaluate(
      (_, url) =>
        fetch(url).then(
          () => 'sent',
          () => 'refused',
        ),
      `${there}/fetch`,
    )
  expect(sent).toBe('refused')
  expect(new URL(page.url()).pathname).toMatch(/^\/chat\//)
  expect({ dialogs, asked }).toEqual({ dialogs: [], asked: [] })
  await fetch(`${there}/heard`)
  expect(asked).toEqual(['/heard'])
})

test('[W-103] one that cannot be drawn, or not in time, is its source and a sentence', journey, async () => {
  const page = await world.visitAs(ada)
  const complaints = complaintsOf(page)
  await haveAnswer(page, fenced('flowchart TD\n  A --> B\n  B --> [', 'nonsense\n  of a kind'))
  await page.getByText('This diagram cannot be drawn. Its line 3 is not understood.').waitFor(patience)
  await page.getByText('This diagram cannot be drawn. It is not understood.').waitFor(patience)
  await answer(page).locator('pre').getByText('B --> [').waitFor()
  expect(await page.locator('iframe').count()).toBe(0)
  await expectAccessible(page)
  expect(complaints).toEqual([])
  await page.route('**/frames/diagram.html', (route) => route.fulfill({ body: '<p>Silent</p>' }))
  await haveAnswer(page, fenced(flowchart))
  await page.getByText('This diagram cannot be drawn. It takes too long.').waitFor(patience)
  await answer(page).locator('pre').getByText('Ask a question').waitFor()
})

const kinds = [
  'sequenceDiagram\n  Ada->>Portal: A question\n  Note over Portal: It thinks\n  Portal-->>Ada: The answer',
  'pie title Tokens\n  "Prompt" : 40\n  "Completion" : 60',
  'flowchart LR\n  One --> Two --> Three --> Four --> Five --> Six --> Seven --> Eight --> Nine\n  subgraph Group\n  Two\n  Three\n  end',
  'stateDiagram-v2\n  [*] --> Waiting\n  Waiting --> Running: start\n  Running --> [*]',
  'classDiagram\n  Animal <|-- Duck\n  Animal : +int age\n  Duck : +swim()',
  'gantt\n  title A plan\n  dateFormat YYYY-MM-DD\n  section One\n  Build :a1, 2026-01-01, 10d\n  Test :after a1, 5d',
]

const longPlan = `gantt
  title A plan
  dateFormat YYYY-MM-DD
  Build :2026-01-01, 10d
  Test :5d`
const branches = 'mindmap\n  root((A plan))\n    Build\n      Web\n    Test\n    Ship'

test(
  '[W-103] on a phone dates of a chart are apart, and in the dark a mindmap can be seen and read',
  journey,
  async () => {
    const page = await world.visitAs(ada, { theme: 'dark', width: 390 })
    await haveAnswer(page, fenced(longPlan))
    await drawn(page, '2026-01-01').waitFor(patience)
    const dates = await picture(page)
      .locator('.grid .tick text')
      .evaluateAll((all) =>
        all.map((date) => date.getBoundingClientRect()).map(({ left, right }) => ({ left, right })),
      )
    expect(dates.length).toBeGreaterThan(1)
    for (const [i, { left }] of dates.entries())
      if (i > 0) expect(left).toBeGreaterThan(dates[i - 1]?.right ?? 0)
    await haveAnswer(page, fenced(branches))
    await drawn(page, 'Ship').waitFor(patience)
    const pairs = await picture(page)
      .locator('.mindmap-node')
      .evaluateAll((nodes) =>
        nodes.map((node) =>
          [node.querySelector('circle, path, rect'), node.querySelector('tspan tspan')].map((at) =>
            at ? getComputedStyle(at).fill : '',
          ),
        ),
      )
    expect(pairs.length).toBe(5)
    const card = 'rgb(26, 32, 30)'
    for (const [ground = '', words = ''] of pairs) {
      expect(contrastOf(ground, words), `${words} on ${ground}`).toBeGreaterThanOrEqual(4.5)
      expect(contrastOf(ground, card), `${ground} on ${card}`).toBeGreaterThanOrEqual(3)
    }
  },
)

/** Contrast of two colours as WCAG 2.2 counts it, of `rgb(…)`. */
function contrastOf(one: string, other: string): number {
  const [light = 0, dark = 0] = [one, other].map(luminanceOf).sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

describe.each(views)('in the $theme theme, $width pixels wide', (view) => {
  test(
    '[W-103] [W-08] diagrams are drawn in its colours, without barriers and overflow',
    journey,
    async () => {
      const page = await world.visitAs(ada, view)
      const complaints = complaintsOf(page)
      // Half of the kinds in each view: every kind is drawn by the same code.
      for (const source of kinds.filter((_, i) => (i % 2 === 0) === (view.theme === 'light'))) {
        await haveAnswer(page, fenced(source))
        await page.locator('[aria-busy="false"] iframe').waitFor(patience)
        await expectAccessible(page)
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect(overflow, source).toBeLessThanOrEqual(0)
      }
      await haveAnswer(page, fenced(flowchart))
      const colour = () => drawn(page, 'Ask a question').evaluate((at) => getComputedStyle(at).fill)
      const [here, there] =
        view.theme === 'light' ? (['light', 'dark'] as const) : (['dark', 'light'] as const)
      const words = { light: 'rgb(36, 34, 31)', dark: 'rgb(225, 230, 227)' }
      await expect.poll(colour).toBe(words[here])
      await page.emulateMedia({ colorScheme: there })
      await expect.poll(colour).toBe(words[there])
      expect(complaints).toEqual([])
    },
  )
})
