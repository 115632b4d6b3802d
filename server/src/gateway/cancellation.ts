/** Why a request ends before its answer does. */
export type CancelReason = 'client' | 'stalled' | 'deadline' | 'shutdown'

/** One request's way of being told to stop: cheap, once, first reason wins. */
export type Cancellation = {
  readonly reason: CancelReason | null
  cancel(reason: CancelReason): void
  /** Calls back on cancellation, at once when it has happened; replaces the callback before. */
  onCancel(callback: (() => void) | null): void
}

export function createCancellation(): Cancellation {
  let reason: CancelReason | null = null
  let callback: (() => void) | null = null
  return {
    get reason() {
      return reason
    },
    cancel(why) {
      if (reason) return
      reason = why
      callback?.()
    },
    onCancel(next) {
      callback = next
      if (reason) callback?.()
    },
  }
}
