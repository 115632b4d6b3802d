import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, requestsOf } from './connection.ts'
import type { Calls, Job, Outcome } from './job.ts'
import { addFault, createTally, outcomeFrom, type Tally } from './tally.ts'

type Of<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>

const graceMs = 10_000

/** Keeps every connection busy until the time is over, then lets the last answers come. */
export async function runClosed({ calls, connections, seconds }: Of<'closed'>): Promise<Outcome> {
  const tally = createTally()
  const requests = requestsOf(calls)
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  const runOne = (index: number) =>
    new Promise<void>((resolve) => {
      const connection = new Connection({
        calls,
        request: pick(requests, index),
        tally,
        onAnswer() {
          if (performance.now() < endsAt) return connection.send()
          connection.close()
          resolve()
        },
        onBreak: () => resolve(),
      })
      connection.send()
    })
  await Promise.race([
    Promise.all(Array.from({ length: connections }, (_, index) => runOne(index))),
    overdue(seconds),
  ])
  return outcomeFrom(tally, (performance.now() - startedAt) / 1000)
}

/** Sends when the clock says so, on a free connection or a new one. */
export async function runOpen({ calls, ratePerSecond, seconds }: Of<'open'>): Promise<Outcome> {
  const tally = createTally()
  const pool = createPool(calls, tally)
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  let dueAt = startedAt
  while (dueAt < endsAt) {
    const now = performance.now()
    while (dueAt <= now && dueAt < endsAt) {
      tally.lateness.push(now - dueAt)
      pool.send()
      dueAt += (-Math.log(1 - Math.random()) / ratePerSecond) * 1000
    }
    await sleep(Math.max(0, Math.min(dueAt, endsAt) - performance.now()))
  }
  const sentSeconds = (performance.now() - startedAt) / 1000
  await pool.idle()
  pool.close()
  return outcomeFrom(tally, sentSeconds)
}

// More would only stand in the queue of connections that nobody has accepted yet, which some systems cut short.
const openingMost = 200

/** Opens the streams, tells twice a second how many are open, and waits for their ends. */
export async function runHold(job: Of<'hold'>, held: (open: number) => void): Promise<Outcome> {
  const tally = createTally()
  const pool = createPool(job.calls, tally)
  const startedAt = performance.now()
  const timer = setInterval(() => held(pool.withContent()), 500)
  for (let sent = 0; sent < job.count; ) {
    const due = ((performance.now() - startedAt) / 1000 / job.openOverSeconds) * job.count
    const begun = tally.firstContent.length + sumOf(tally.faults.values())
    const most = Math.min(due, job.count, begun + openingMost)
    for (; sent < most; sent++) pool.send()
    await sleep(5)
  }
  await pool.idle()
  clearInterval(timer)
  pool.close()
  return outcomeFrom(tally, (performance.now() - startedAt) / 1000)
}

const sumOf = (values: Iterable<number>): number =>
  Iterator.from(values).reduce((sum, value) => sum + value, 0)

/** Connections that are opened as they are needed and used again when free. */
function createPool(calls: Calls, tally: Tally) {
  const requests = requestsOf(calls)
  const all = new Set<Connection>()
  const free: Connection[] = []
  let busy = 0
  let made = 0
  const open = () => {
    const connection: Connection = new Connection({
      calls,
      request: pick(requests, made++),
      tally,
      onAnswer() {
        busy--
        free.push(connection)
      },
      onBreak(wasAsked) {
        all.delete(connection)
        if (wasAsked) busy--
        else free.splice(free.indexOf(connection), 1)
      },
    })
    all.add(connection)
    return connection
  }
  return {
    send() {
      busy++
      const connection = free.pop() ?? open()
      connection.send()
    },
    withContent: () => [...all].filter(({ hasContent }) => hasContent).length,
    /** Waits for the last answers, as long as anything ends now and then. */
    async idle() {
      let quietSince = performance.now()
      for (let last = busy; busy > 0; ) {
        await sleep(20)
        if (busy !== last) quietSince = performance.now()
        last = busy
        if (performance.now() - quietSince > graceMs * 6) break
      }
      for (let lost = busy; lost > 0; lost--) addFault(tally, 'never answered')
    },
    close() {
      for (const connection of all) connection.close()
      all.clear()
    },
  }
}

const pick = (requests: readonly Buffer[], index: number): Buffer =>
  requests[index % requests.length] ?? Buffer.alloc(0)

const overdue = (seconds: number): Promise<void> => sleep(seconds * 1000 + graceMs, undefined, { ref: false })
