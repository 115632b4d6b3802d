// The usage dashboard, over a ledger of the past days and requests that are made while it is looked at.
import { readFile } from 'node:fs/promises'
import type { LedgerRequest, UsageSummary } from '@portal/contract'
import { settlePast } from '@portal/server/test'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { expectSound, views } from './sound-page.ts'
import { aUser, figure, joinAsMember, noon, readUsage, type User } from './usage-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let ada: User
beforeAll(async () => {
  world = await startWorld()
  ada = await aUser(world)
})
afterAll(() => world?.close())

const journey = { timeout: 90_000 }
const search = (page: Page) => new URL(page.url()).search
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const drawing = (page: Page, name: string) => section(page, name).getByRole('application')
const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

async function expectFigure(page: Page, name: string, value: string): Promise<void> {
  await expect.poll(() => figure(page, name).innerText()).toBe(value)
}

async function openUsage(view?: Parameters<World['visitAs']>[1], path = '/usage'): Promise<Page> {
  const page = await world.visitAs(ada.person, view)
  await page.goto(path)
  await figure(page, 'Requests').waitFor()
  return page
}

/** Scrolls a chart into view, which is what loads it. */
async function see(page: Page, name: string): Promise<void> {
  await section(page, name).scrollIntoViewIfNeeded()
  await drawing(page, name).waitFor()
}

test('[W-120] filters are in the address: by choice, by link, back and cleared', journey, async () => {
  const page = await world.visitAs(ada.person)
  await page.goto('/')
  await page.getByRole('link', { name: 'Usage', exact: true }).click()
  await expectFigure(page, 'Requests', '6')
  await page.getByLabel('Model', { exact: true }).selectOption('model-b')
  await expectFigure(page, 'Requests', '2')
  await page.getByLabel('Key', { exact: true }).selectOption('Without a key (chats)')
  await expectFigure(page, 'Requests', '1')
  expect(search(page)).toBe('?model=model-b&key=none')
  await page.getByRole('button', { name: '7 days' }).click()
  await page.waitForURL(/period=7d/)
  await page.goBack()
  await page.goBack()
  await expectFigure(page, 'Requests', '2')
  expect(search(page)).toBe('?model=model-b')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expectFigure(page, 'Requests', '6')

  const shared = await openUsage({}, `/usage?period=7d&key=${ada.shop.id}&status=error`)
  await expectFigure(shared, 'Requests', '1')
  await expectFigure(shared, 'Error rate', '100%')
  expect(await shared.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed')).toBe('true')
})

test('[W-120] the palette leads there, and days are chosen one by one', journey, async () => {
  const page = await openUsage()
  await page.getByRole('button', { name: 'Custom' }).click()
  await page.getByLabel('To', { exact: true }).fill(dayOf(noon(3)))
  await page.waitForURL(`**/usage?*to=${dayOf(noon(3))}`)
  await page.getByLabel('From', { exact: true }).fill(dayOf(noon(10)))
  await expectFigure(page, 'Requests', '4')
  expect(new URLSearchParams(search(page)).get('from')).toBe(dayOf(noon(10)))
  await page.goto('/keys')
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByLabel('Search pages, keys, chats and actions').fill('dashboard')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/usage')
})

test('[W-120] days are those of the browser’s time zone', journey, async () => {
  const page = await world.visitAs(ada.person)
  const cdp = await page.context().newCDPSession(page)
  // Noon in UTC is the next day there.
  await cdp.send('Emulation.setTimezoneOverride', { timezoneId: 'Pacific/Kiritimati' })
  const asked = page.waitForRequest(/api\/usage\/summary/)
  await page.goto(`/usage?from=${dayOf(noon(1))}&to=${dayOf(noon(1))}`)
  expect(new URL((await asked).url()).searchParams.get('timezone')).toBe('Pacific/Kiritimati')
  await expectFigure(page, 'Requests', '2')
})

test(
  '[W-121] figures stand beside those of the period before, unless that is turned off',
  journey,
  async () => {
    const page = await openUsage({}, '/usage?period=7d')
    const now: UsageSummary = await readUsage(page, 'summary?period=7d')
    expect(now.stats.totalRequests).toBe(5)
    const card = page.locator('dl > div').filter({ has: page.getByText('Requests', { exact: true }) })
    await card.getByText('+400% from 1').waitFor()
    await page.getByRole('switch', { name: 'Compare' }).click()
    await card.getByText('from 1').waitFor({ state: 'hidden' })
    expect(search(page)).toBe('?period=7d&compare=off')
    await page.reload()
    await expectFigure(page, 'Requests', '5')
    expect(await page.getByText('from 1').count()).toBe(0)
  },
)

test('[W-122] today moves when a request is made elsewhere, and pauses with the tab', journey, async () => {
  const grace = await world.aPerson({ name: 'Grace Hopper' })
  const { key } = await grace.makeKey({ name: 'Elsewhere' })
  await world.complete(key)
  const page = await world.visitAs(grace)
  await page.goto('/usage')
  const today = section(page, 'Today')
  await today.getByText('Live', { exact: true }).waitFor()
  const requests = () => today.locator('dd').first().innerText()
  await expect.poll(requests).toBe('1')
  await world.complete(key)
  await expect.poll(requests).toBe('2')
  const setHidden = (isHidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, isHidden)
  await setHidden(true)
  await today.getByText('Not live').waitFor()
  await world.complete(key)
  await setHidden(false)
  await expect.poll(requests).toBe('3')
  await today.getByText('Live', { exact: true }).waitFor()
})

test(
  '[W-123] a plan says how much is left and when it ends; one without a limit does not',
  journey,
  async () => {
    const { person } = await aUser(world, { plan: 'pro' })
    await settlePast(world.portal.pool, [
      {
        ...{ at: noon(2), userId: person.userId, organisationId: person.organisationId },
        inputTokens: 90_000_000,
      },
    ])
    const page = await world.visitAs(person)
    await page.goto('/usage')
    const plan = section(page, 'This month and the plan')
    await plan.getByText(/^At this pace the plan is used up on \w+ \d+\.$/).waitFor()
    await plan.getByRole('progressbar', { name: 'Tokens of the plan that are used' }).waitFor()
    const unlimited = await openUsage()
    await section(unlimited, 'This month and the plan')
      .getByText(/^Forecast until/)
      .waitFor()
    expect(await unlimited.getByRole('progressbar').count()).toBe(0)
  },
)

test('[W-124] a day is narrowed to its hours by a click, and left by going back', journey, async () => {
  const page = await openUsage({}, '/usage?period=7d')
  await see(page, 'Requests')
  const box = await drawing(page, 'Requests').boundingBox()
  if (!box) throw new Error('The chart is not there.')
  // The last of seven days but three.
  const plot = await section(page, 'Requests').locator('.recharts-cartesian-grid').boundingBox()
  if (!plot) throw new Error('The chart has no grid.')
  await page.mouse.move(plot.x + (plot.width * 3.5) / 7, plot.y + plot.height / 2)
  await section(page, 'Tokens').locator('.recharts-tooltip-wrapper').getByText('Output').waitFor()
  await page.mouse.click(plot.x + (plot.width * 3.5) / 7, plot.y + plot.height / 2)
  await page.waitForURL(`**/usage?from=${dayOf(noon(3))}&to=${dayOf(noon(3))}`)
  await expectFigure(page, 'Requests', '3')
  const hours: UsageSummary = await readUsage(page, `summary?from=${dayOf(noon(3))}&to=${dayOf(noon(3))}`)
  expect(hours.dailyUsage).toHaveLength(24)
  await page.goBack()
  await expectFigure(page, 'Requests', '5')
})

test('[W-124] a chart is walked along with the arrows, and says where one is', journey, async () => {
  const page = await openUsage({}, '/usage?period=7d')
  await see(page, 'Requests')
  await drawing(page, 'Requests').focus()
  const said = section(page, 'Requests').locator('[aria-live]').first()
  await page.keyboard.press('ArrowRight')
  const start = await said.innerText()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => said.innerText()).not.toBe(start)
  for (let presses = 0; presses < 7 && !(await said.innerText()).includes('Failed: 1'); presses++) {
    const before = await said.innerText()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => said.innerText()).not.toBe(before)
  }
  expect(await said.innerText()).toContain('Served: 2, Failed: 1')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/usage?from=${dayOf(noon(3))}&to=${dayOf(noon(3))}`)
})

test('[W-124] [W-181] where nothing was measured there is a gap, and a zero is drawn', journey, async () => {
  const page = await openUsage({}, '/usage?period=7d')
  for (const name of ['Answer time', 'First token']) await see(page, name)
  const dots = (name: string) => section(page, name).locator('.recharts-line-dots circle').count()
  // Two days were measured, by two lines; the error rate of one of them is zero.
  await expect.poll(() => dots('Answer time')).toBe(4)
  await expect.poll(() => dots('First token')).toBe(4)
  await expect.poll(() => dots('Error rate')).toBe(2)
})

test(
  '[W-182] a chart is told in a sentence, and its series are hidden and shown, but for the last',
  journey,
  async () => {
    const page = await openUsage({}, '/usage?period=7d')
    await see(page, 'Requests')
    const day = noon(3).toLocaleDateString('en', { month: 'long', day: 'numeric', timeZone: 'UTC' })
    await section(page, 'Requests').getByText(`5 in 7 days, most on ${day} (3).`, { exact: true }).waitFor()
    const series = (name: RegExp) => section(page, 'Requests').getByRole('button', { name })
    const bars = () => section(page, 'Requests').locator('.recharts-bar').count()
    await series(/^Failed Total 1 Average 0.1$/).press('Enter')
    await expect.poll(bars).toBe(1)
    expect(await series(/^Failed/).getAttribute('aria-pressed')).toBe('false')
    await expectAccessible(page)
    await series(/^Served/).press('Enter')
    expect(await series(/^Served/).getAttribute('aria-pressed')).toBe('true')
    await drawing(page, 'Requests').focus()
    await page.keyboard.press('ArrowRight')
    const said = section(page, 'Requests').locator('[aria-live]').first()
    await expect.poll(() => said.innerText()).toMatch(/: Served: \d$/)
    await series(/^Failed/).click()
    await expect.poll(bars).toBe(2)
  },
)

test('[W-184] times of other days do not stand under these while theirs are read', journey, async () => {
  const page = await openUsage({}, '/usage?period=7d')
  for (const name of ['Answer time', 'First token']) await see(page, name)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.route('**/api/usage/latency?*', async (route) => {
    await released
    await route.continue()
  })
  await page.getByText('30 days', { exact: true }).click()
  await expectFigure(page, 'Requests', '6')
  for (const name of ['Answer time', 'First token']) {
    await section(page, name)
      .getByRole('status', { name: `Loading ${name}` })
      .waitFor()
    expect(await drawing(page, name).count()).toBe(0)
    expect(await section(page, name).getByText('Nothing was measured').count()).toBe(0)
  }
  release()
  await section(page, 'Answer time')
    .getByText(/on average in 30 days/)
    .waitFor()
})

test(
  '[W-180] ratings are drawn over time and by model, and say what does not narrow them',
  journey,
  async () => {
    const grace = await world.aPerson({ name: 'Grace Hopper' })
    const page = await world.visitAs(grace)
    const post = async (path: string, data: object) => {
      const headers = { origin: new URL(world.portal.url).origin }
      return (await page.request.post(`/api/chat/${path}`, { data, headers })).json()
    }
    const { id: sessionId } = await post('sessions', { title: 'Rated' })
    for (const [model, rating] of [
      ...[
        ['gpt-4.1', 'up'],
        ['gpt-4.1', 'up'],
        ['gpt-4.1', 'down'],
        ['other', 'up'],
      ],
    ]) {
      const { id } = await post('messages', { sessionId, role: 'assistant', content: 'x', model })
      await post(`messages/${id}/rating`, { rating })
    }
    await settlePast(world.portal.pool, [
      { at: noon(1), userId: grace.userId, organisationId: grace.organisationId },
    ])
    await page.goto('/usage?period=7d&key=none')
    for (const name of ['Good and bad ratings', 'Share of good ratings']) await see(page, name)
    await section(page, 'Ratings').getByText('Of answers in chats, not narrowed by the key.').waitFor()
    await section(page, 'Good and bad ratings')
      .getByText(/^4 in 7 days, most on .* \(4\)\.$/)
      .waitFor()
    const share = section(page, 'Share of good ratings')
    await share.getByText(/^gpt-4\.1 66\.67%, other 100% on average in 7 days/).waitFor()
    expect(await share.locator('.recharts-line-dots circle').count()).toBe(2)
    await page.getByRole('switch', { name: 'Show Share of good ratings as table' }).click()
    const last = await share.getByRole('row').last().innerText()
    expect(
      last
        .split('\t')
        .slice(1)
        .map((text) => text.trim()),
    ).toEqual(['66.67%', '100%'])
    await page.getByRole('switch', { name: 'Show Share of good ratings as table' }).click()
    await page.goto('/usage?period=24h')
    await section(page, 'Good and bad ratings')
      .getByText(/^4 in 24 hours, most at/)
      .waitFor()
  },
)

test('[W-125] a chart’s table has its figures, which are the API’s, and is copied', journey, async () => {
  const page = await openUsage({}, '/usage?period=7d')
  const { dailyUsage }: UsageSummary = await readUsage(page, 'summary?period=7d')
  await page.getByRole('switch', { name: 'Show Tokens as table' }).click()
  await page.getByRole('table', { name: 'Tokens' }).waitFor()
  const rows = await section(page, 'Tokens').getByRole('row').allInnerTexts()
  const cells = rows.slice(1).map((row) =>
    row
      .split('\t')
      .slice(1)
      .map((text) => Number(text.replaceAll(',', ''))),
  )
  expect(cells).toEqual(
    dailyUsage.map(({ inputTokens, cachedTokens, outputTokens }) => [
      inputTokens - cachedTokens,
      ...[cachedTokens, outputTokens],
    ]),
  )
  await section(page, 'Tokens').getByRole('button', { name: 'Copy as CSV' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied.split('\r\n')).toEqual([
    'Day,Input,Cached input,Output',
    ...dailyUsage.map(({ date }, i) => [date, ...(cells[i] ?? [])].join(',')),
  ])
  await expectAccessible(page)
})

test('[W-126] a model, a key and a user narrow the page, and let go of it again', journey, async () => {
  const page = await openUsage()
  const choose = (table: string, name: string) =>
    page.getByRole('table', { name: table }).getByRole('button', { name }).click()
  await choose('By model', 'model-a')
  await expectFigure(page, 'Requests', '4')
  await choose('By key', 'Shop')
  expect(search(page)).toBe(`?model=model-a&key=${ada.shop.id}`)
  await choose('By user', 'Ada Lovelace')
  expect(new URLSearchParams(search(page)).get('user')).toBe(ada.person.userId)
  await choose('By model', 'model-a')
  await page.waitForURL((url) => !url.searchParams.has('model'))
  const { byKey }: UsageSummary = await readUsage(page, 'summary?period=30d')
  expect(byKey.reduce((sum, { percentage }) => sum + percentage, 0)).toBeCloseTo(100, 0)
})

test(
  '[W-126] [W-129] [W-184] the cost is split by kind of token, and times that cannot be read say so',
  journey,
  async () => {
    const page = await openUsage()
    const { costBreakdown: cost }: UsageSummary = await readUsage(page, 'summary?period=30d')
    const kinds = page.getByRole('table', { name: 'By kind of token' }).getByRole('row')
    await kinds
      .filter({ hasText: 'Output' })
      .getByText(`$${cost.outputTokensCost.toFixed(2)}`)
      .waitFor()
    expect(await kinds.allInnerTexts()).toHaveLength(4)
    await page.route('**/api/usage/latency?*', (route) =>
      route.fulfill({ status: 503, json: { error: 'Away.' } }),
    )
    await page.getByText('7 days', { exact: true }).click()
    await section(page, 'Answer time').getByText('Answer times could not be loaded').waitFor()
    const first = section(page, 'First token')
    await first.getByText('Times of first tokens could not be loaded').waitFor()
    await page.unroute('**/api/usage/latency?*')
    await first.getByRole('button', { name: 'Try again' }).click()
    for (const name of ['Answer time', 'First token'])
      await section(page, name)
        .getByText(/on average in 7 days/)
        .waitFor()
  },
)

test(
  '[W-127] requests are listed with failures in words, and open with all that is known',
  journey,
  async () => {
    const page = await openUsage()
    const row = page.getByRole('row').filter({ hasText: 'The model took too long to answer.' })
    await row.getByText('Model failed').waitFor()
    await row.getByRole('button').click()
    const drawer = page.getByRole('dialog', { name: 'Request' })
    await drawer.getByText('upstream_timeout').waitFor()
    await expectAccessible(page)
    await drawer.getByRole('button', { name: 'Copy the id' }).click()
    const id = await page.evaluate(() => navigator.clipboard.readText())
    const { data }: { data: LedgerRequest[] } = await readUsage(page, 'requests?status=error')
    expect(data.map((request) => request.id)).toEqual([id])
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'hidden' })
  },
)

test(
  '[W-127] [W-183] [UC4] more requests are shown on demand, on a phone as cards, and those without a known price are counted',
  journey,
  async () => {
    const many = await world.aPerson()
    const { userId, organisationId } = many
    await settlePast(
      world.portal.pool,
      Array.from({ length: 30 }, (_, i) => ({
        userId,
        organisationId,
        at: new Date(noon(1).getTime() + i * 1000),
        ...(i < 12 && { inputMicrousd: null, cachedMicrousd: null, outputMicrousd: null }),
      })),
    )
    const page = await world.visitAs(many, { width: 390, height: 844 })
    await page.goto('/usage')
    const cards = page.getByRole('list', { name: 'Request log' }).getByRole('listitem')
    await expect.poll(() => cards.count()).toBe(25)
    await page.getByText('25 of 30 requests', { exact: true }).waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await page.route('**/api/usage/requests?*', (route) =>
      route.fulfill({ status: 503, json: { error: 'Away.' } }),
    )
    await page.getByRole('button', { name: 'Load more' }).press('Enter')
    await page.getByText('More could not be loaded').waitFor({ timeout: 20_000 })
    expect(await cards.count()).toBe(25)
    await expect.poll(focused).toBe('Try again')
    await page.unroute('**/api/usage/requests?*')
    await page.keyboard.press('Enter')
    await expect.poll(() => cards.count()).toBe(30)
    await expect.poll(focused).toBe(await cards.nth(25).getByRole('button').innerText())
    await page.getByText('30 of 30 requests', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0)
    expect(await page.getByText('12 requests have no known price').count()).toBe(1)
  },
)

test('[W-128] what is shown is exported, and its sum is the summary’s', journey, async () => {
  const page = await openUsage({}, `/usage?model=model-b&period=7d`)
  await expectFigure(page, 'Requests', '2')
  const { stats }: UsageSummary = await readUsage(page, 'summary?model=model-b&period=7d')
  const take = async (item: string) => {
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ])
    return readFile(await download.path(), 'utf8')
  }
  const requests: LedgerRequest[] = JSON.parse(await take('JSON'))
  expect(requests.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBeCloseTo(stats.totalCost, 9)
  const [head = [], ...lines] = (await take('CSV'))
    .trim()
    .split('\r\n')
    .map((line) => line.slice(1, -1).split('","'))
  const column = head.indexOf('input tokens')
  expect(lines.reduce((sum, cells) => sum + Number(cells[column]), 0)).toBe(stats.inputTokens)
})

test('[W-120] a member sees their own use alone, and no users', journey, async () => {
  const hedy = await world.aPerson({ name: 'Hedy Lamarr' })
  const page = await world.visitAs(hedy)
  await joinAsMember(world, { page, person: hedy, owner: ada.person })
  const { userId } = hedy
  await settlePast(world.portal.pool, [{ userId, organisationId: ada.person.organisationId, at: noon(1) }])
  await page.goto('/usage')
  await expectFigure(page, 'Requests', '1')
  expect(await page.getByLabel('User', { exact: true }).count()).toBe(0)
  expect(await page.getByRole('table', { name: 'By user' }).count()).toBe(0)
  await page.goto(`/usage?user=${ada.person.userId}`)
  await page.getByRole('alert').getByText('Your role shows you your own use.').first().waitFor()
})

test(
  '[W-129] where nothing was used the page leads on; a fault is told, and another try helps',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    await page.route('**/api/usage/summary*', (route) => route.fulfill({ status: 500, body: '{}' }))
    await page.goto('/usage')
    await page.getByRole('alert').getByText('Your usage could not be loaded').waitFor({ timeout: 20_000 })
    await page.unroute('**/api/usage/summary*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Nothing used yet' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Create an API key' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).waitFor()
  },
)

describe.each(views)('in the $theme theme, $width pixels wide', (view) => {
  test('[W-08] the page is without barriers and overflow, with its charts drawn', journey, async () => {
    const page = await openUsage(view)
    await expectSound(page, '/usage')
    for (const name of ['Requests', 'Answer time']) await see(page, name)
    await expectAccessible(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })
})
