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
    if (data !== told) yield `event: usage\ndata: ${data}\n\n`
    else if (performance.now() - saidAt > pingMs) yield ': ping\n\n'
    if (data !== told || performance.now() - saidAt > pingMs) saidAt = performance.now()
    told = data
    await sleep(lookMs, undefined, { ref: false })
  }
}
