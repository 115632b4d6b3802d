/** What was tried at a place in the last five minutes. */
export type Recent = {
  answers: number
  failures: number
  /** How long answers took on average, to their end, in milliseconds; null where there was none. */
  latencyMs: number | null
}

type Minute = { minute: number; answers: number; failures: number; latencyMsSum: number }

const minuteMs = 60_000
const minutesKept = 5

/** Counts by minute: those that are over fall away whole. */
export function createRecentMinutes(now: () => number) {
  const byName = new Map<string, Minute[]>()
  const livingOf = (name: string): Minute[] => {
    const oldest = Math.floor(now() / minuteMs) - minutesKept + 1
    return (byName.get(name) ?? []).filter(({ minute }) => minute >= oldest)
  }
  return {
    /** Null milliseconds are a failure. */
    add(name: string, latencyMs: number | null): void {
      const minute = Math.floor(now() / minuteMs)
      let last = byName.get(name)?.at(-1)
      if (last?.minute !== minute) {
        last = { minute, answers: 0, failures: 0, latencyMsSum: 0 }
        byName.set(name, [...livingOf(name), last])
      }
      if (latencyMs === null) last.failures += 1
      else {
        last.answers += 1
        last.latencyMsSum += latencyMs
      }
    },
    of(name: string): Recent {
      const living = livingOf(name)
      const sum = (read: (minute: Minute) => number) => living.reduce((all, each) => all + read(each), 0)
      const answers = sum((each) => each.answers)
      return {
        answers,
        failures: sum((each) => each.failures),
        latencyMs: answers === 0 ? null : Math.round(sum((each) => each.latencyMsSum) / answers),
      }
    },
  }
}
