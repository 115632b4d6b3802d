import { setTimeout as sleep } from 'node:timers/promises'
import type { UsageToday } from '@portal/contract'

const lookMs = 2_000
const pingMs = 15_000

type Live = {
  today: () => Promise<UsageToday>
  /** The process ends: so does the stream, and its reader comes back to another. */
  isClosing: () => boolean
}

/** What was used today as server-sent events: at once, and whenever it has changed. */
export async function* tellToday({ today, isClosing }: Live): AsyncGenerator<string> {
  let told = ''
  let saidAt = 0
  while (!isClosing()) {
    const data = JSON.stringify(await today())
    const isNews = data !== told
    if (isNews || performance.now() - saidAt > pingMs) {
      yield isNews ? `event: usage\ndata: ${data}\n\n` : ': ping\n\n'
      told = data
      saidAt = performance.now()
    }
    await sleep(lookMs, undefined, { ref: false })
  }
}
