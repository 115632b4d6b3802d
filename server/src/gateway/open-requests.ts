/** A request under way, looked at once a second instead of keeping timers of its own. */
export type OpenRequest = { tick(nowMs: number): void; shutDown(): void }

/** Every request under way in this process. */
export type OpenRequests = {
  add(request: OpenRequest): void
  remove(request: OpenRequest): void
  readonly size: number
  /** Resolves when none is left; those still open after the grace are shut down. */
  drain(graceMs: number): Promise<void>
}

const tickMs = 1000

export function createOpenRequests(): OpenRequests {
  const open = new Set<OpenRequest>()
  let drained: (() => void) | null = null
  const timer = setInterval(() => {
    const now = performance.now()
    for (const request of open) request.tick(now)
  }, tickMs)
  timer.unref()
  const settled = () => {
    if (open.size === 0) drained?.()
  }
  return {
    add: (request) => open.add(request),
    remove: (request) => {
      open.delete(request)
      settled()
    },
    get size() {
      return open.size
    },
    async drain(graceMs) {
      const { promise, resolve } = Promise.withResolvers<void>()
      drained = resolve
      const deadline = setTimeout(() => {
        for (const request of open) request.shutDown()
      }, graceMs)
      settled()
      await promise
      clearTimeout(deadline)
      clearInterval(timer)
    },
  }
}
