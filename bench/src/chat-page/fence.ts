import { type Figure, leave, type Visit } from './visit.ts'

const line = 'export const answer = (question: string): string => question.trim()\n'
const lines = Math.ceil((32 * 1024) / line.length)

/** A fence of 32 KB that comes line by line: what is left of it once somebody has left. */
export async function measureFence({ page, portal, post, heapMegabytes }: Visit): Promise<Figure[]> {
  const { id } = await post('/api/chat/sessions', { title: 'Fence' })
  await page.goto('/chat')
  await leave(page)
  const before = await heapMegabytes()
  await page.getByRole('link', { name: 'Chat', exact: true }).click()
  await page.locator(`a[href="/chat/${id}"]`).click()
  await page.getByRole('heading', { level: 1, name: 'Fence' }).waitFor()
  portal.upstream.enqueue({
    ...{ kind: 'answer', delayMs: 20 },
    chunks: ['```ts\n', ...Array<string>(lines).fill(line), '```\n'],
  })
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill('Write it')
  await field.press('Enter')
  await page.getByRole('button', { name: 'Answer again' }).waitFor({ timeout: 120_000 })
  await page.locator('code span[style*="--light"]').first().waitFor()
  await leave(page)
  const left = (await heapMegabytes()) - before
  return [
    {
      measure: 'heap after a slow fence of 32 KB was left, against before',
      asked: '± 5 MB',
      measured: `${left.toFixed(1)} MB`,
    },
  ]
}
