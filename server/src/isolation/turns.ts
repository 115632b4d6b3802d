/** Lets so many at a time, in the order in which they came. */
export function createTurns(atOnceMax: number) {
  const waiting: (() => void)[] = []
  let busy = 0

  return {
    /** Does `work` when it is its turn, and lets the next one when it is done. */
    async take<Result>(work: () => Promise<Result>): Promise<Result> {
      if (busy >= atOnceMax) await new Promise<void>((resolve) => waiting.push(resolve))
      else busy += 1
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else busy -= 1
      }
    },
  }
}
