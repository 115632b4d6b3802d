import type { Gateway } from '../gateways/index.ts'
import { type Bench, medianOf, noteFaults } from './bench.ts'
import { answerBehaviour, callsTo } from './calls.ts'

/** Milliseconds at a fixed rate, medians of the rounds; added ones are medians of the rounds' differences to direct. */
export type Latency = {
  gateway: string
  stream: boolean
  /** Requests a second that were sent. */
  rate: number
  firstContent: Spread
  total: Spread
  addedFirstContent: Spread
  addedTotal: Spread
  lateP99: number
}

type Spread = { p50: number; p99: number }
type Round = { rate: number; lateP99: number; firstContent: Spread; total: Spread }

// Few, so that a small machine carries 500 streams begun each second: what counts here is the first and the last.
const frames = 5

/** Requests at random moments, the same rate through each gateway and past them. */
export async function measureLatency(
  bench: Bench,
  options: { ratePerSecond: number; seconds: number; rounds: number },
): Promise<Latency[]> {
  const whole = await measureKind(bench, { ...options, stream: false })
  return [...whole, ...(await measureKind(bench, { ...options, stream: true }))]
}

type Options = { ratePerSecond: number; seconds: number; rounds: number; stream: boolean }

async function measureKind(bench: Bench, options: Options): Promise<Latency[]> {
  const { stream, ratePerSecond, rounds } = options
  const all = [bench.upstream, ...bench.gateways]
  await bench.upstream.behave(answerBehaviour({ stream, frames, delayMs: stream ? 10 : 0 }))
  for (const gateway of all) await runRound(bench, gateway, { ...options, seconds: 1 })
  const byGateway = new Map(all.map((gateway) => [gateway, [] as Round[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [gateway, list] of byGateway) list.push(await runRound(bench, gateway, options))
  }
  const direct = byGateway.get(bench.upstream) ?? []
  bench.say(`latency: ${stream ? 'streams' : 'whole answers'} at ${ratePerSecond} a second measured`)
  return Array.from(byGateway, ([{ name }, list]) => summary({ gateway: name, stream }, list, direct))
}

async function runRound(
  bench: Bench,
  gateway: Gateway,
  { stream, seconds, ratePerSecond }: { stream: boolean; seconds: number; ratePerSecond: number },
): Promise<Round> {
  const outcome = await bench.generator.run({
    kind: 'open',
    calls: callsTo(gateway, stream, frames),
    ratePerSecond,
    seconds,
  })
  noteFaults(bench, `${gateway.name}, ${ratePerSecond} a second`, outcome.faults)
  const { firstContent, total, lateness } = outcome
  return { rate: outcome.whole / outcome.seconds, lateP99: lateness.p99, firstContent, total }
}

function summary(of: { gateway: string; stream: boolean }, rounds: Round[], direct: Round[]): Latency {
  const spread = (pick: (round: Round, index: number) => Spread): Spread => ({
    p50: medianOf(rounds.map((round, index) => pick(round, index).p50)),
    p99: medianOf(rounds.map((round, index) => pick(round, index).p99)),
  })
  const added = (field: 'firstContent' | 'total') =>
    spread((round, index) =>
      minus(round[field], direct[index]?.[field] ?? { p50: Number.NaN, p99: Number.NaN }),
    )
  return {
    ...of,
    rate: medianOf(rounds.map(({ rate }) => rate)),
    lateP99: medianOf(rounds.map(({ lateP99 }) => lateP99)),
    firstContent: spread(({ firstContent }) => firstContent),
    total: spread(({ total }) => total),
    addedFirstContent: added('firstContent'),
    addedTotal: added('total'),
  }
}

const minus = (a: Spread, b: Spread): Spread => ({ p50: a.p50 - b.p50, p99: a.p99 - b.p99 })
