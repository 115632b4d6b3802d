/** What was used last, by name. */
export type Recent<Value> = {
  get: (name: string) => Value | undefined
  put: (name: string, value: Value, size: number) => void
  forget: (name: string) => void
}

/** Remembers what was used last, up to `sizeMax` in whatever the sizes are told in; beyond that it forgets. */
export function createRecent<Value>({ sizeMax }: { sizeMax: number }): Recent<Value> {
  // A map keeps the order in which its entries came.
  const kept = new Map<string, { value: Value; size: number }>()
  let total = 0
  const forget = (name: string): void => {
    total -= kept.get(name)?.size ?? 0
    kept.delete(name)
  }
  return {
    forget,
    get(name) {
      const entry = kept.get(name)
      if (!entry) return undefined
      kept.delete(name)
      kept.set(name, entry)
      return entry.value
    },
    put(name, value, size) {
      forget(name)
      if (size > sizeMax) return
      kept.set(name, { value, size })
      total += size
      for (const oldest of kept.keys()) {
        if (total <= sizeMax) return
        forget(oldest)
      }
    },
  }
}
