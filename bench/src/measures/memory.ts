import { setTimeout as sleep } from 'node:timers/promises'
import type { Gateway } from '../gateways/index.ts'
import { residentKibOf } from '../processes/index.ts'
import { type Bench, noteFaults } from './bench.ts'
import { answerBehaviour, callsTo } from './calls.ts'

/** Memory of a gateway with many streams open. */
export type Memory = {
  gateway: string
  streams: number
  /** Most streams that were open with content at the same time, and how many ended whole. */
  openMost: number
  whole: number
  idleKib: number
  duringKib: number
  perStreamKib: number
}

// With the role, the finish, the usage and the end mark ten writes of two, so that the first brings content at once;
// a stream lasts nine delays, which is longer than opening them all takes.
const frames = 16
const delayMsOf = (streams: number): number => (streams > 2000 ? 5000 : 1500)

/** Opens the streams over some seconds while the upstream says something now and then, and reads the resident memory. */
export async function measureMemory(
  bench: Bench,
  gateway: Gateway,
  { streams, openOverSeconds }: { streams: number; openOverSeconds: number },
): Promise<Memory> {
  await bench.upstream.behave(answerBehaviour({ stream: true, frames }))
  const calls = callsTo(gateway, true, frames)
  await bench.generator.run({ kind: 'closed', calls, connections: 16, seconds: 2 })
  await bench.upstream.behave(
    answerBehaviour({ stream: true, frames, delayMs: delayMsOf(streams), together: 2 }),
  )
  await sleep(1000)
  const resident = () => gateway.pids().reduce((sum, pid) => sum + residentKibOf(pid), 0)
  const idleKib = resident()
  let openMost = 0
  let duringKib = 0
  const outcome = await bench.generator.run(
    { kind: 'hold', calls, count: streams, openOverSeconds },
    (open) => {
      openMost = Math.max(openMost, open)
      if (open >= streams) duringKib = Math.max(duringKib, resident())
    },
  )
  noteFaults(bench, `${gateway.name}, ${streams} streams`, outcome.faults)
  bench.say(`memory: ${gateway.name} with ${streams} streams measured`)
  return {
    gateway: gateway.name,
    streams,
    openMost,
    whole: outcome.whole,
    idleKib,
    duringKib,
    perStreamKib: duringKib === 0 ? Number.NaN : (duringKib - idleKib) / streams,
  }
}
