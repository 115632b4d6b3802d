// How many reads of the server stand behind one another before a chat is there: each is a round trip.
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer, openAnsweredChat } from './chat-steps.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
})
afterAll(() => world?.close())

const delayMs = 250
const readsMax = 2

type Read = { path: string; from: number; to: number }

/** Delays every read of the page, and records when each began and ended. */
async function recordReads(page: Page): Promise<Read[]> {
  const begun = new Map<Request, number>()
  const reads: Read[] = []
  await page.route('**/api/**', async (route) => {
    begun.set(route.request(), performance.now())
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    await route.continue()
  })
  page.on('requestfinished', (request) => {
    const from = begun.get(request)
    const { pathname: path } = new URL(request.url())
    if (from !== undefined) reads.push({ path, from, to: performance.now() })
  })
  return reads
}

/** The longest row of reads that each began after the one before had ended. */
function longestChain(reads: readonly Read[]): Read[] {
  const chains: Read[][] = []
  for (const read of reads.toSorted((one, other) => one.from - other.from)) {
    const before = chains.filter((chain) => (chain.at(-1)?.to ?? 0) <= read.from)
    const longest = before.toSorted((one, other) => other.length - one.length)[0] ?? []
    chains.push([...longest, read])
  }
  return chains.toSorted((one, other) => other.length - one.length)[0] ?? []
}

test('[W-102] a chat is there after two reads, however long each takes', { timeout: 60_000 }, async () => {
  const page = await world.visitAs(await world.aPerson())
  await openAnsweredChat(world, page, 'Reads')
  const reads = await recordReads(page)
  await page.reload()
  await answer(page).getByText('The first answer.').waitFor()
  const last = reads.find(({ path }) => path.endsWith('/messages'))
  const needed = reads.filter(({ to }) => last && to <= last.to)
  expect(needed.map(({ path }) => path)).toContain('/api/auth/get-session')
  expect(longestChain(needed).map(({ path }) => path).length).toBe(readsMax)
})

test('[W-102] reads that wait for one another are seen as such', { timeout: 60_000 }, async () => {
  const page = await world.visitAs(await world.aPerson())
  await page.goto('/chat')
  const reads = await recordReads(page)
  await page.evaluate(async () => {
    for (const path of ['/api/models', '/api/keys', '/api/chat/sessions']) await (await fetch(path)).text()
  })
  const serial = longestChain(reads.filter(({ path }) => /models|keys|sessions/.test(path)))
  expect(serial.length).toBeGreaterThan(readsMax)
})
