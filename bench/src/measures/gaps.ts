import type { Gateway } from '../gateways/index.ts'
import { type Bench, medianOf, noteFaults } from './bench.ts'
import { answerBehaviour, callsTo } from './calls.ts'

/** Milliseconds between two reads of content at a number of streams; added: the difference to direct. */
export type Gaps = { gateway: string; p50: number; p99: number; addedP99: number }

const streams = 200
const frames = 40
const delayMs = 50

/** A steady number of streams with a frame every 50 ms. */
export async function measureGaps(bench: Bench, { rounds }: { rounds: number }): Promise<Gaps[]> {
  await bench.upstream.behave(answerBehaviour({ stream: true, delayMs, frames }))
  const byGateway = new Map([bench.upstream, ...bench.gateways].map((gateway) => [gateway, [] as Round[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [gateway, list] of byGateway) list.push(await runRound(bench, gateway))
  }
  bench.say(`gaps: ${streams} streams measured`)
  const direct = byGateway.get(bench.upstream) ?? []
  return Array.from(byGateway, ([{ name }, list]) => ({
    gateway: name,
    p50: medianOf(list.map(({ p50 }) => p50)),
    p99: medianOf(list.map(({ p99 }) => p99)),
    addedP99: medianOf(list.map(({ p99 }, index) => p99 - (direct[index]?.p99 ?? Number.NaN))),
  }))
}

type Round = { p50: number; p99: number }

/** Streams begin evenly over the time one lasts: never all at the same moment. */
async function runRound(bench: Bench, gateway: Gateway): Promise<Round> {
  const openOverSeconds = (frames * delayMs) / 1000
  const calls = callsTo(gateway, true, frames)
  const outcome = await bench.generator.run({
    kind: 'hold',
    calls,
    count: streams * 2,
    openOverSeconds: openOverSeconds * 2,
  })
  noteFaults(bench, `${gateway.name}, ${streams} streams`, outcome.faults)
  return outcome.gap
}
