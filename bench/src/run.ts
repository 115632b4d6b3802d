// One run: starts everything, measures what was asked for, reports, stops everything.
import {
  type Gateway,
  models,
  otherCore,
  type Surroundings,
  startBare,
  startNginx,
  startPortal,
  startPortkey,
  startUpstream,
} from './gateways/index.ts'
import { startGenerator } from './load/index.ts'
import {
  type Bench,
  everyLoad,
  lightLoad,
  type Memory,
  measureGaps,
  measureLatency,
  measureMemory,
  measureThroughput,
  type Throughput,
} from './measures/index.ts'
import { openFilesMax, pin } from './processes/index.ts'
import { profilePortal } from './profile/index.ts'
import { markdownOf, type Results, writeFigures } from './report/index.ts'

/** What to measure and for how long. */
export type Plan = {
  folder: string
  command: string
  parts: readonly ('throughput' | 'translation' | 'latency' | 'gaps' | 'memory' | 'profile')[]
  without: readonly string[]
  rounds: number
  seconds: number
  ratePerSecond: number
  streams: number
  write: boolean
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

export async function runBench(plan: Plan): Promise<void> {
  const startedAt = performance.now()
  pin([process.pid], otherCore)
  const upstream = await startUpstream()
  const generator = startGenerator(otherCore)
  const bench: Bench = { upstream, generator, gateways: [], say, faults: new Map() }
  const surroundings = { upstreamPort: upstream.port, folder: plan.folder }
  const results: Results = { ...empty, command: plan.command, faults: bench.faults, skipped: [] }
  const keys = await measureTogether(plan, { bench, surroundings, results })
  if (plan.parts.includes('translation'))
    results.translation = await measurePairs(plan, { bench, surroundings, keys })
  if (plan.parts.includes('memory')) results.memory = await measureHeld(plan, { bench, surroundings, keys })
  results.seconds = (performance.now() - startedAt) / 1000
  if (plan.parts.some((part) => part !== 'profile')) {
    const markdown = markdownOf(results)
    process.stdout.write(`${markdown}\n`)
    if (plan.write) writeFigures(markdown)
  }
  if (plan.parts.includes('profile')) await profileBoth(plan, { bench, surroundings, keys })
}

const empty = { throughput: [], translation: [], latency: [], gaps: [], memory: [], seconds: 0 }

type Setting = { bench: Bench; surroundings: Surroundings }

/** The parts in which the gateways take turns; returns the portal's keys. */
async function measureTogether(
  plan: Plan,
  { bench, surroundings, results }: Setting & { results: Results },
): Promise<string[] | undefined> {
  const wants = (part: Plan['parts'][number]) => plan.parts.includes(part)
  if (!(wants('throughput') || wants('latency') || wants('gaps'))) return undefined
  const { gateways, keys, skipped } = await startAll(plan, surroundings)
  results.skipped.push(...skipped)
  const { rounds, seconds, ratePerSecond } = plan
  if (wants('throughput')) {
    results.throughput = await measureThroughput(
      { ...bench, gateways },
      { rounds, seconds, cells: everyLoad },
    )
  }
  // Portkey cannot carry the rate: what it adds would be its queue.
  const swift = gateways.filter(({ name }) => !name.startsWith('Portkey'))
  if (wants('latency')) {
    const options = { ratePerSecond, rounds, seconds: seconds + 0.5 }
    results.latency = await measureLatency({ ...bench, gateways: swift }, options)
  }
  if (wants('gaps'))
    results.gaps = await measureGaps(
      { ...bench, gateways: swift.filter(({ name }) => name !== 'nginx') },
      { rounds: Math.min(2, rounds) },
    )
  await Promise.all(gateways.map((gateway) => gateway.stop()))
  return keys
}

async function startAll(plan: Plan, surroundings: Surroundings) {
  const gateways: Gateway[] = []
  const skipped: string[] = []
  let keys: string[] | undefined
  const start = async (name: string, open: () => Promise<Gateway>) => {
    if (plan.without.includes(name)) return
    try {
      gateways.push(await open())
    } catch (error) {
      skipped.push(`${name}, because ${(error as Error).message}`)
      say(`${name} is left out: ${(error as Error).message}`)
    }
  }
  await start('portal', async () => {
    const portal = await startPortal(surroundings)
    keys = portal.keys
    return portal
  })
  await start('bare', () => startBare(surroundings))
  await start('portkey', () => startPortkey(surroundings))
  await start('nginx', () => startNginx(surroundings))
  say(`ready: ${gateways.map(({ name }) => name).join(', ')}`)
  return { gateways, keys, skipped }
}

type Known = Setting & { keys: string[] | undefined }

/** One portal, asked in two dialects for models behind two: what translating costs beside passing through. */
async function measurePairs(plan: Plan, { bench, surroundings, keys }: Known): Promise<Throughput[]> {
  const portal = await startPortal({ ...surroundings, ...(keys && { keys }) })
  const dialects = ['openai', 'anthropic'] as const
  const gateways = dialects.flatMap((dialect) =>
    dialects.map((upstream) => ({
      ...portal,
      name: `${dialect} → ${upstream}`,
      dialect,
      path: dialect === 'openai' ? portal.path : '/api/v1/messages',
      model: models[upstream],
    })),
  )
  const { rounds, seconds } = plan
  const measured = await measureThroughput({ ...bench, gateways }, { rounds, seconds, cells: lightLoad })
  await portal.stop()
  return measured
}

/** In fresh processes: memory that an earlier load left behind would hide what streams take. */
async function measureHeld(plan: Plan, { bench, surroundings, keys }: Known): Promise<Memory[]> {
  // A stream takes two sockets of a gateway, and the operating system has the last word on how many there are.
  const streams = Math.min(plan.streams, Math.floor((openFilesMax() - 200) / 2))
  const openOverSeconds = Math.max(2, streams / 800)
  const measured: Memory[] = []
  const measure = async (name: string, open: () => Promise<Gateway>) => {
    if (plan.without.includes(name)) return
    const gateway = await open()
    measured.push(await measureMemory(bench, gateway, { streams, openOverSeconds }))
    await gateway.stop()
  }
  await measure('portal', () => startPortal({ ...surroundings, ...(keys && { keys }) }))
  await measure('bare', () => startBare(surroundings))
  return measured
}

async function profileBoth(plan: Plan, { bench, surroundings, keys }: Known): Promise<void> {
  let known = keys
  for (const stream of [false, true]) {
    const { upstream, generator } = bench
    const options = { surroundings, upstream, generator, stream, seconds: plan.seconds * 3, keys: known }
    const profile = await profilePortal(options)
    known = profile.keys
    process.stdout.write(`\n${profile.markdown}\n`)
  }
}
