import { type Figure, growthPerVisit, leave, type Visit, visits } from './visit.ts'

const line = 'export const answer = (question: string): string => question.trim()\n'
const lines = Math.ceil((32 * 1024) / line.length)

/** Fences of 32 KB that come line by line, each in a chat of its own: what of them is left once somebody has left. */
export async function measureFence(visit: Visit): Promise<Figure[]> {
  const chats: string[] = []
  while (chats.length < visits) {
    const { id } = await visit.post('/api/chat/sessions', { title: `Fence ${chats.length}` })
    chats.push(id)
  }
  await visit.page.goto('/chat')
  await leave(visit.page)
  const growth = await growthPerVisit(visit, (number) => watchFence(visit, chats[number]))
  return [
    {
      measure: 'heap that each slow fence of 32 KB leaves',
      asked: '≤ 1 MB',
      measured: `${growth.toFixed(2)} MB`,
    },
  ]
}

async function watchFence({ page, portal }: Visit, id = ''): Promise<void> {
  await page.getByRole('link', { name: 'Chat', exact: true }).click()
  await page.locator(`a[href="/chat/${id}"]`).click()
  await page.waitForURL(`**/chat/${id}`)
  await page.getByRole('heading', { level: 1, name: /^Fence/ }).waitFor()
  portal.upstream.enqueue({
    ...{ kind: 'answer', delayMs: 20 },
    // No two are the same: what is kept of one is of no use to the next.
    chunks: ['```ts\n', `// ${id}\n`, ...Array<string>(lines).fill(line), '```\n'],
  })
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill('Write it')
  await field.press('Enter')
  await page.getByRole('button', { name: 'Answer again' }).waitFor({ timeout: 120_000 })
  await page.locator('code span[style*="--light"]').first().waitFor()
}
