import type { ServerResponse } from 'node:http'

/** A request under way, looked at once a second instead of keeping timers of its own. */
export type OpenRequest = {
  tick(nowMs: number): void
  /** Asks it to end. */
  shutDown(): void
  /** Ends it, whoever still waits. */
  destroy(): void
}

/** Everything under way in this process. */
export type OpenRequests = {
  add(request: OpenRequest): void
  remove(request: OpenRequest): void
  readonly size: number
  /** Resolves when nothing is left: after the grace what is open is asked to end, and soon after that ended. */
  drain(graceMs: number): Promise<void>
}

const tickMs = 1000
// How long a request that was asked to end may take to say so.
const farewellMs = 2000
// How long a reader may take for the end of an answer.
const lastReadMs = 60_000

/** @param onError told what went wrong when one request was looked at; the others are looked at all the same */
export function createOpenRequests(onError: (error: unknown) => void): OpenRequests {
  const open = new Set<OpenRequest>()
  let drained: (() => void) | null = null
  const timer = setInterval(() => each((request) => request.tick(performance.now())), tickMs)
  timer.unref()

  function each(act: (request: OpenRequest) => void): void {
    for (const request of open) {
      try {
        act(request)
      } catch (error) {
        onError(error)
      }
    }
  }
  const announceEmpty = () => {
    if (open.size === 0) drained?.()
  }
  return {
    add: (request) => void open.add(request),
    remove(request) {
      open.delete(request)
      announceEmpty()
    },
    get size() {
      return open.size
    },
    async drain(graceMs) {
      const { promise, resolve } = Promise.withResolvers<void>()
      drained = resolve
      const asked = setTimeout(() => each((request) => request.shutDown()), graceMs)
      const ended = setTimeout(() => each((request) => request.destroy()), graceMs + farewellMs)
      announceEmpty()
      await promise
      clearTimeout(asked)
      clearTimeout(ended)
      clearInterval(timer)
    },
  }
}

/** Keeps a response among the open requests until its client has all of it, or has left. */
export function keepUntilClosed(openRequests: OpenRequests, res: ServerResponse): void {
  let endedAt: number | null = null
  const open: OpenRequest = {
    tick(nowMs) {
      if (!res.writableEnded) return
      endedAt ??= performance.now()
      if (nowMs - endedAt >= lastReadMs) res.destroy()
    },
    shutDown() {},
    destroy: () => res.destroy(),
  }
  openRequests.add(open)
  res.once('close', () => openRequests.remove(open))
}
