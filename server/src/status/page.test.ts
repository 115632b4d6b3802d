// How the status is told: to people, to programs, to feed readers, and while the database is away.
import { StatusReport } from '@portal/contract'
import Parser from 'rss-parser'
import { beforeEach, expect, test } from 'vitest'
import { settlePast } from '../test/index.ts'
import { feedOf } from './feed.ts'
import { createReading } from './reading.ts'
import { createReadingLimit } from './reading-limit.ts'
import { useStatus } from './test-status.ts'

const { portal, open, aSignedIn, anAdministrator, status, minutes, report, forgetAll } = useStatus()

beforeEach(forgetAll)

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

test('[ST8] one path is a page for browsers and JSON for programs, neither taken for the other', async () => {
  await minutes(1)
  const json = await open().send('GET', '/status', { headers: { accept: 'application/json' } })
  expect(json.headers.get('vary')).toContain('accept')
  expect(json.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=15')
  expect(StatusReport.parse(json.body)).toEqual(json.body)
  expect((await open().get('/api/status')).body).toEqual(json.body)
  const page = await open().send('GET', '/status', { headers: html })
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('vary')).toContain('accept')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('[ST8] before anything was looked at, that is what it says', async () => {
  const { state, sentence, components, serviceLevel } = await report()
  expect([state, sentence]).toEqual(['unknown', 'Nothing was measured yet.'])
  expect(components[0]).toMatchObject({ uptime: null, latencyMs: null })
  expect(serviceLevel.month).toMatchObject({ uptime: null, downMinutes: 0 })
})

test('[ST8] readings are limited by address', async () => {
  const [greedy, other] = [open(), open()]
  const codes = []
  for (let n = 0; n < 121; n++) codes.push((await greedy.get('/api/status')).status)
  expect(codes.slice(0, 120).every((code) => code === 200)).toBe(true)
  expect(codes[120]).toBe(429)
  expect((await other.get('/api/status')).status).toBe(200)
})

test('[ST21] of an IPv6 address its network counts, and what is counted stays bounded', async () => {
  const last = Array.from({ length: 121 }, (_, n) => `2001:db8:5:6::${n}`).map((address) => open(address))
  const codes = []
  for (const browser of last) codes.push((await browser.get('/api/status')).status)
  expect(codes.filter((code) => code !== 200)).toEqual([429])
  expect((await open('2001:db8:5:7::1').get('/api/status')).status).toBe(200)

  const counts = new Map<string, number>()
  const count = createReadingLimit(() => 0, counts)
  for (let n = 0; n < 25_000; n++) count(`198.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
  expect(counts.size).toBeLessThanOrEqual(10_000)
})

test('[ST8] nothing of tenants is told', async () => {
  const { browser, id, email } = await aSignedIn()
  await browser.post('/api/keys', { name: 'Shop of Ada' })
  await minutes(1)
  const told = JSON.stringify((await open().get('/api/status')).body)
  for (const secret of [id, email, 'Shop of Ada', 'upstream-model', 'sk-upstream', '127.0.0.1']) {
    expect(told.includes(secret), secret).toBe(false)
  }
})

test('[ST8] the feed is one that readers read, whatever was written', async () => {
  const { browser: admin } = await anAdministrator()
  const hostile = 'A ]]> B ]]></description><item> & "quotes" \u0007 🙂'
  const { body: incident } = await admin.post('/api/admin/incidents', {
    ...{ title: 'It <script>x</script> & co', impact: 'down', components: ['api', 'files'], text: hostile },
  })
  await admin.post(`/api/admin/incidents/${incident.id}/updates`, { stage: 'resolved', text: 'Mended.' })
  const answer = await fetch(`${portal().url}/status.rss`)
  expect(answer.headers.get('content-type')).toBe('application/rss+xml; charset=utf-8')
  const feed = await new Parser().parseString(await answer.text())
  expect(feed.title).toBe('LLM Portal: status')
  const items = [...feed.items].sort((one, other) => (one.title ?? '').localeCompare(other.title ?? ''))
  expect(items).toHaveLength(2)
  expect(items[0]?.title).toBe('It <script>x</script> & co: investigating')
  // Readers take it for HTML, which is plain text here.
  expect(items[0]?.content).toContain('A ]]&gt; B ]]&gt;&lt;/description&gt;&lt;item&gt; &amp; "quotes"  🙂')
  expect(items[0]?.content).toContain('API, File storage')
  expect(items[0]?.link).toBe(`${portal().url}/status#${incident.id}`)
  expect(new Set(items.map(({ guid }) => guid)).size).toBe(2)
  expect(Date.parse(items[1]?.pubDate ?? '')).toBeGreaterThan(Date.now() - 60_000)
})

test('[ST8] a feed without incidents is one, too', async () => {
  const feed = await new Parser().parseString(feedOf(await report(), 'https://portal.example.com'))
  expect(feed.items).toEqual([])
})

test('[ST9] while the database is away the last report is told, as down', async () => {
  const known = await report()
  let isAway = false
  let nowMs = 0
  const reading = createReading({
    read: async () => {
      if (isAway) throw new Error('the database is away')
      return { ...known, at: new Date(nowMs).toISOString() }
    },
    log: { warn: () => {} },
    now: () => nowMs,
  })
  expect((await reading.report()).at).toBe('1970-01-01T00:00:00.000Z')
  isAway = true
  nowMs = 14_999
  expect((await reading.report()).state).toBe(known.state)
  nowMs = 15_000
  expect(await reading.report()).toMatchObject({ state: 'down', sentence: /cannot read its database/ })
  isAway = false
  expect(await reading.report()).toMatchObject({ state: known.state, sentence: known.sentence })
})

test('[ST10] today’s times are those of everybody’s answers', async () => {
  const at = new Date()
  const asker = { userId: 'usr_a', organisationId: 'org_a' } as const
  const other = { userId: 'usr_b', organisationId: 'org_b' } as const
  await settlePast(portal().pool, [
    ...Array.from({ length: 18 }, () => ({ ...asker, at, latencyMs: 1000, firstTokenMs: 100 })),
    ...Array.from({ length: 2 }, () => ({ ...other, at, latencyMs: 8000, firstTokenMs: 3000 })),
    { ...asker, at, latencyMs: 300_000, status: 'upstream_error' as const },
    { ...asker, at: new Date(at.getTime() - 86_400_000), latencyMs: 300_000 },
  ])
  status().forget()
  const { latency } = await report()
  const near = (value: number | null, truth: number) => Math.abs((value ?? 0) / truth - 1) <= 0.05
  expect([near(latency.p50, 1000), near(latency.p95, 8000)]).toEqual([true, true])
  expect([near(latency.firstTokenP50, 100), near(latency.firstTokenP95, 3000)]).toEqual([true, true])
})

test('[ST17] Prometheus is told of components, probes, the budget and the last beat', async () => {
  await minutes(1)
  const text = await (await fetch(`${portal().url}/metrics`)).text()
  expect(text).toContain('portal_component_state{name="api"} 1')
  expect(text).toContain('portal_component_state{name="model:test-model"} 1')
  expect(text).toMatch(/portal_component_probe_seconds\{name="files"\} [\d.]+/)
  expect(text).toMatch(/portal_slo_budget_minutes\{name="90d"\} 129\.6/)
  expect(text).toMatch(/portal_heartbeat_seconds \d{10}/)
})
