import type { Portal } from '@portal/server/test'
import { type CDPSession, chromium, type Page } from 'playwright-core'

/** One line of the report. */
export type Figure = { measure: string; asked: string; measured: string }

/** Somebody signed in, in the system's Chromium. */
export type Visit = {
  page: Page
  portal: Portal
  /** Calls the portal's own API as that person. @throws Error on any answer that is not fine */
  post: (path: string, data: object) => Promise<{ id: string }>
  /** What the page's heap holds after a collection, in megabytes. */
  heapMegabytes: () => Promise<number>
  close: () => Promise<void>
}

const person = { email: 'bench@example.com', name: 'Bench', password: 'Correct-horse-7-battery' }

export async function openVisit(portal: Portal): Promise<Visit> {
  await portal.services.accounts.createUser({ ...person, plan: 'enterprise', verified: true })
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'],
  })
  const context = await browser.newContext({
    baseURL: portal.url,
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const headers = { origin: portal.url }
  const post: Visit['post'] = async (path, data) => {
    const answer = await context.request.post(path, { data, headers })
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`)
    return answer.json()
  }
  await post('/api/auth/sign-in/email', { email: person.email, password: person.password })
  const devTools = await context.newCDPSession(page)
  return { page, portal, post, heapMegabytes: () => heapOf(devTools), close: () => browser.close() }
}

async function heapOf(devTools: CDPSession): Promise<number> {
  for (let round = 0; round < 3; round++) await devTools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devTools.send('Runtime.getHeapUsage')
  return usedSize / 1024 / 1024
}

/** Goes to the list of keys without loading the page anew, and gives the one before time to let go. */
export async function leave(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor()
  await page.waitForTimeout(1000)
}

/** How often `growthPerVisit` visits: once to load the code and fill what is kept once, then to be measured. */
export const visits = 4

/** What each visit but the first leaves on the heap, in megabytes, after a collection; each is told its number, from 0. */
export async function growthPerVisit(
  { page, heapMegabytes }: Visit,
  visit: (number: number) => Promise<unknown>,
): Promise<number> {
  await visit(0)
  await leave(page)
  const before = await heapMegabytes()
  for (let number = 1; number < visits; number++) {
    await visit(number)
    await leave(page)
  }
  return ((await heapMegabytes()) - before) / (visits - 1)
}
