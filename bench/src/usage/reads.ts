import { performance } from 'node:perf_hooks'

/** Whose figures are asked for, and where. */
export type Asking = { url: string; key: string }

type Read = { what: string; medianMs: number; p95Ms: number }

const rounds = 100
const dayMs = 86_400_000
const dayOf = (daysAgo: number): string => new Date(Date.now() - daysAgo * dayMs).toISOString().slice(0, 10)

const summaries = {
  'summary of 24 hours': 'period=24h',
  'summary of 7 days': 'period=7d',
  'summary of 30 days': 'period=30d',
  'summary of 90 days': 'period=90d',
  'summary of 90 days in Berlin': 'period=90d&timezone=Europe/Berlin',
  'summary of 90 days in Kathmandu': 'period=90d&timezone=Asia/Kathmandu',
  'summary of 90 days of a key': 'period=90d&apiKey=key_2',
  'summary of 90 days of a rare model': 'period=90d&model=rare',
  'summary of 90 days of errors': 'period=90d&status=error',
  'summary of a week two months ago': `from=${dayOf(67)}&to=${dayOf(60)}`,
}

/** Times each read, in turns, so that what disturbs the machine disturbs all. */
export async function measureReads({ url, key }: Asking): Promise<Read[]> {
  const headers = { authorization: `Bearer ${key}` }
  const get = async (path: string) => {
    const answer = await fetch(`${url}/api/usage/${path}`, { headers })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  const deep = await cursorAfter(get, 20)
  const paths: Record<string, string> = {
    ...Object.fromEntries(Object.entries(summaries).map(([what, query]) => [what, `summary?${query}`])),
    'times of 90 days': 'latency?period=90d',
    'times of 90 days in Berlin': 'latency?period=90d&timezone=Europe/Berlin',
    'what can be filtered by': 'filters',
    'use of the plan': 'plan',
    'first page of the ledger': 'requests?period=90d&limit=50',
    'a page further down': `requests?period=90d&limit=50&cursor=${deep}`,
    'first page of a rare model': 'requests?period=90d&limit=50&model=rare',
    'first page of a week two months ago': `requests?limit=50&from=${dayOf(67)}&to=${dayOf(60)}`,
  }
  const times = new Map(Object.keys(paths).map((what) => [what, [] as number[]]))
  for (let round = -3; round < rounds; round++) {
    for (const [what, path] of Object.entries(paths)) {
      const begun = performance.now()
      await get(path)
      if (round >= 0) times.get(what)?.push(performance.now() - begun)
    }
  }
  return [...times].map(([what, taken]) => ({
    what,
    medianMs: quantile(taken, 0.5),
    p95Ms: quantile(taken, 0.95),
  }))
}

async function cursorAfter(get: (path: string) => Promise<{ nextCursor: string | null }>, pages: number) {
  let cursor = ''
  for (let page = 0; page < pages; page++) {
    const { nextCursor } = await get(`requests?period=90d&limit=50${cursor && `&cursor=${cursor}`}`)
    cursor = encodeURIComponent(nextCursor ?? '')
  }
  return cursor
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
