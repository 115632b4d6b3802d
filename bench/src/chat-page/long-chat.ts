import type { Page } from 'playwright-core'
import { type Figure, growthPerVisit, leave, type Visit } from './visit.ts'

const messages = 1000
const keys = 120

const paragraph = 'Some words that somebody wrote down to be read. '.repeat(10)
const answer = (number: number): string =>
  `Answer ${number}.\n\n${paragraph}\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`ts\n${'export const twice = (x: number): number => x * 2\n'.repeat(12)}\`\`\`\n`

/** A chat of 1,000 messages: its elements, typing while an answer comes, and what its visits leave. */
export async function measureLongChat(visit: Visit): Promise<Figure[]> {
  const { page } = visit
  await seed(visit)
  await page.goto('/chat')
  await page.getByRole('link', { name: 'Short' }).click()
  await page.getByRole('heading', { level: 1, name: 'Short' }).waitFor()
  await leave(page)
  const openMs = await open(page)
  const elements = await page.evaluate(() => document.querySelectorAll('*').length)
  const calm = await type(page)
  const typing = await typeWhileItAnswers(visit)
  await leave(page)
  const growth = await growthPerVisit(visit, () => open(page))
  return [
    {
      measure: `${messages} messages: shown after`,
      asked: '≤ 2,500 ms',
      measured: `${Math.round(openMs)} ms`,
    },
    { measure: 'elements on the page', asked: '≤ 15,000', measured: String(elements) },
    {
      measure: 'from a key to its paint while an answer comes, p95',
      asked: '≤ 50 ms',
      measured: `${typing} ms`,
    },
    { measure: 'the same while nothing comes', asked: '', measured: `${calm} ms` },
    { measure: 'heap that each further visit leaves', asked: '≤ 1 MB', measured: `${growth.toFixed(2)} MB` },
  ]
}

async function seed({ post }: Visit): Promise<void> {
  const { id: sessionId } = await post('/api/chat/sessions', { title: 'Long' })
  for (let number = 0; number < messages; number++) {
    const isAnswer = number % 2 === 1
    await post('/api/chat/messages', {
      sessionId,
      role: isAnswer ? 'assistant' : 'user',
      content: isAnswer ? answer(number) : `Question ${number}?`,
    })
  }
  const short = await post('/api/chat/sessions', { title: 'Short' })
  await post('/api/chat/messages', { sessionId: short.id, role: 'user', content: 'A question' })
  await post('/api/chat/messages', { sessionId: short.id, role: 'assistant', content: answer(1) })
}

async function open(page: Page): Promise<number> {
  await page.getByRole('link', { name: 'Chat', exact: true }).click()
  const link = page.getByRole('link', { name: 'Long', exact: true })
  await link.waitFor()
  const startedAt = performance.now()
  await link.click()
  await page.locator(`main li[aria-posinset="${messages}"]`).waitFor()
  const ms = performance.now() - startedAt
  await page.waitForLoadState('networkidle')
  return ms
}

async function typeWhileItAnswers({ page, portal }: Visit): Promise<number> {
  const chunks = Array.from({ length: 1500 }, (_, index) => `word${index} ${index % 12 === 0 ? '\n\n' : ''}`)
  portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 10 })
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill('Go on')
  await field.press('Enter')
  await page.getByText('word20').waitFor()
  const p95 = await type(page)
  await page.getByRole('button', { name: 'Stop the answer' }).click()
  return p95
}

/** From a key to its paint, p95 in milliseconds by the browser's own event timing: in steps of 8, and 16 where it is less. */
async function type(page: Page): Promise<number> {
  await page.evaluate(() => {
    const durations: number[] = []
    Object.assign(globalThis, { durations })
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown') durations.push(duration)
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
  })
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.pressSequentially('typed '.repeat(keys / 6), { delay: 40 })
  const slow = await page.evaluate(() => (globalThis as unknown as { durations: number[] }).durations)
  await field.fill('')
  const all = [...Array<number>(Math.max(0, keys - slow.length)).fill(16), ...slow].sort(
    (one, other) => one - other,
  )
  return all[Math.floor(all.length * 0.95)] ?? 0
}
