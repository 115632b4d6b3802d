import { setTimeout as sleep } from 'node:timers/promises'

/** Polls until `probe` returns without throwing, and gives its result. @throws what it threw last */
export async function eventually<T>(probe: () => T | Promise<T>, timeoutMs = 20_000): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await probe()
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await sleep(10)
  }
}
