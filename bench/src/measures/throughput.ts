import type { Gateway } from '../gateways/index.ts'
import { cpuSecondsOf } from '../processes/index.ts'
import { type Bench, medianOf, noteFaults } from './bench.ts'
import { answerBehaviour, callsTo } from './calls.ts'

/** One gateway in one cell; CPU in milliseconds a request, medians of the rounds. */
export type Throughput = {
  gateway: string
  stream: boolean
  connections: number
  perSecond: number
  cpuMs: number
  helperCpuMs: number
  /** Share of its core, 0-100. */
  cpuPercent: number
  rounds: Round[]
}

export type Round = { perSecond: number; cpuMs: number; helperCpuMs: number; cpuPercent: number }

// V8 goes on compiling for some ten thousand requests: the first cell of a kind warms up for longer.
const warmUpSeconds = ({ connections }: Cell, seconds: number): number =>
  connections === fewConnections ? seconds * 2.5 : seconds / 4

type Cell = { stream: boolean; connections: number }

const fewConnections = 32
/** Whole answers and streams, on few connections and on many. */
export const everyLoad: Cell[] = [false, true].flatMap((stream) =>
  [fewConnections, 128].map((connections) => ({ stream, connections })),
)
export const lightLoad: Cell[] = everyLoad.filter(({ connections }) => connections === fewConnections)

/** Full load, gateway after gateway and round after round. */
export async function measureThroughput(
  bench: Bench,
  { seconds, rounds, cells }: { seconds: number; rounds: number; cells: readonly Cell[] },
): Promise<Throughput[]> {
  const results: Throughput[] = []
  for (const cell of cells) {
    await bench.upstream.behave(answerBehaviour(cell))
    for (const gateway of bench.gateways)
      await runRound(bench, gateway, { ...cell, seconds: warmUpSeconds(cell, seconds) })
    const byGateway = new Map(bench.gateways.map((gateway) => [gateway, [] as Round[]]))
    for (let round = 0; round < rounds; round++) {
      for (const [gateway, list] of byGateway) list.push(await runRound(bench, gateway, { ...cell, seconds }))
    }
    for (const [{ name }, list] of byGateway) results.push(summary({ gateway: name, ...cell }, list))
    bench.say(
      `throughput: ${cell.stream ? 'streams' : 'whole answers'}, ${cell.connections} connections measured`,
    )
  }
  return results
}

async function runRound(
  bench: Bench,
  gateway: Gateway,
  { stream, connections, seconds }: Cell & { seconds: number },
): Promise<Round> {
  const before = { own: cpuSecondsOf(gateway.pids()), helpers: cpuSecondsOf(gateway.helperPids()) }
  const outcome = await bench.generator.run({
    kind: 'closed',
    calls: callsTo(gateway, stream),
    connections,
    seconds,
  })
  noteFaults(bench, `${gateway.name}, full load`, outcome.faults)
  const own = cpuSecondsOf(gateway.pids()) - before.own
  const helpers = cpuSecondsOf(gateway.helperPids()) - before.helpers
  return {
    perSecond: outcome.whole / outcome.seconds,
    cpuMs: (own / outcome.whole) * 1000,
    helperCpuMs: (helpers / outcome.whole) * 1000,
    cpuPercent: (own / outcome.seconds) * 100,
  }
}

function summary(cell: Cell & { gateway: string }, rounds: Round[]): Throughput {
  const median = (field: keyof Round) => medianOf(rounds.map((round) => round[field]))
  return {
    ...cell,
    rounds,
    perSecond: median('perSecond'),
    cpuMs: median('cpuMs'),
    helperCpuMs: median('helperCpuMs'),
    cpuPercent: median('cpuPercent'),
  }
}
