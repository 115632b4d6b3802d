import type { NumberedEvent } from './generation-store.ts'

type Event = NumberedEvent['event']

/** Readers are behind by this at most, and the database takes no more commits than that. */
const batchMs = 30

/** The events of one answer on their way to the database. */
export type EventLog = {
  add: (events: readonly Event[]) => void
  /** Resolves once everything added is committed. @throws what the last commit failed with */
  settled: () => Promise<void>
}

type Commit = (events: NumberedEvent[]) => Promise<void>

/** @param onFault told once, when a commit has failed: nothing is taken from then on */
export function createEventLog(commit: Commit, onFault: () => void): EventLog {
  let waiting: Event[] = []
  let seq = 0
  let running: Promise<void> | null = null
  let lastAt = 0
  let fault: unknown = null

  async function run(): Promise<void> {
    while (waiting.length > 0 && !fault) {
      const pauseMs = lastAt + batchMs - performance.now()
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      lastAt = performance.now()
      const batch = inFew(waiting).map((event) => ({ seq: ++seq, event }))
      waiting = []
      try {
        await commit(batch)
      } catch (error) {
        fault = error
        onFault()
      }
    }
  }

  function pump(): void {
    if (waiting.length === 0 || fault) return
    running ??= run().finally(() => {
      running = null
      pump()
    })
  }

  return {
    add(events) {
      waiting.push(...events)
      pump()
    },
    async settled() {
      while (running) await running
      if (fault) throw fault
    },
  }
}

/** What was said in one go is one event. */
function inFew(events: readonly Event[]): Event[] {
  const few: Event[] = []
  for (const event of events) {
    const last = few.at(-1)
    if (last?.type === event.type) last.text += event.text
    else few.push({ ...event })
  }
  return few
}
