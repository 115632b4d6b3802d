import { LRUCache } from 'lru-cache'

const knownMs = 5_000
const unknownMs = 1_000
// Dropping looks at each of them, so this also bounds how long the process stands still for a change (about 1 ms).
const knownMax = 5_000
// Apart from the known ones, so that a flood of made-up keys pushes none of them out.
const unknownMax = 2_000

/** A cache in front of a look-up that may find nothing. */
export type LookupCache<Value> = {
  /** The value, or null; callers that ask at once share one look-up. Errors are passed on and not kept. */
  get: (key: string) => Promise<Value | null>
  /** Forgets matching values; look-ups under way are neither kept nor shared with later callers. */
  drop: (isStale: (value: Value) => boolean) => void
  clear: () => void
}

type LookupCacheOptions<Value> = {
  find: (key: string) => Promise<Value | null>
  /** Whether changes are being heard of; while not, nothing is kept and nothing kept is used. */
  isTrusted: () => boolean
  /** Milliseconds that only go forward. */
  clock?: { now: () => number }
}

/** Keeps values for 5 s and "nothing" for 1 s. */
export function createLookupCache<Value extends object>(
  options: LookupCacheOptions<Value>,
): LookupCache<Value> {
  const timing = { perf: options.clock ?? performance, ttlResolution: 0 }
  const known = new LRUCache<string, Value>({ max: knownMax, ttl: knownMs, ...timing })
  const unknown = new LRUCache<string, true>({ max: unknownMax, ttl: unknownMs, ...timing })
  const underWay = new Map<string, Promise<Value | null>>()
  let epoch = 0

  async function find(key: string): Promise<Value | null> {
    const begunIn = options.isTrusted() ? epoch : null
    const value = await options.find(key)
    // What was read before a change was heard of may be from before it.
    if (begunIn === epoch && options.isTrusted()) {
      if (value) known.set(key, value)
      else unknown.set(key, true)
    }
    return value
  }

  function share(key: string): Promise<Value | null> {
    const looking = find(key).finally(() => {
      if (underWay.get(key) === looking) underWay.delete(key)
    })
    underWay.set(key, looking)
    return looking
  }

  function distrustReadsUnderWay(): void {
    epoch++
    underWay.clear()
  }

  return {
    async get(key) {
      if (options.isTrusted()) {
        const value = known.get(key)
        if (value) return value
        if (unknown.has(key)) return null
      }
      return underWay.get(key) ?? share(key)
    },
    drop(isStale) {
      distrustReadsUnderWay()
      for (const [key, value] of known.entries()) if (isStale(value)) known.delete(key)
    },
    clear() {
      distrustReadsUnderWay()
      known.clear()
      unknown.clear()
    },
  }
}
