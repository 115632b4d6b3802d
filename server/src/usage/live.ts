import { setTimeout as sleep } from 'node:timers/promises'
import type { UsageToday } from '@portal/contract'
import { AppError, isOfWhoAsks } from '../errors.ts'
import { createPlaces, type Principal } from '../http/index.ts'

const lookMs = 2_000
const pingMs = 15_000
const streamsMax = 10

type Live = {
  /** Who listens, as of now. @throws AppError once they may no more */
  readmit: () => Promise<Principal>
  hasLeft: () => boolean
  today: (principal: Principal) => Promise<UsageToday>
  /** The process ends: so does the stream, and its reader comes back to another. */
  isClosing: () => boolean
}

const enter = createPlaces(
  streamsMax,
  () =>
    new AppError('rate_limit_exceeded', {
      message: `At most ${streamsMax} live streams of use are open at once for a person. Close one of them first.`,
      headers: { 'retry-after': '10' },
    }),
)

/** What was used today as server-sent events: at once, and whenever it has changed, as long as they may see it. */
export async function* tellToday({ readmit, hasLeft, today, isClosing }: Live): AsyncGenerator<string> {
  let principal: Principal | null = await readmit()
  const leave = enter(principal.userId)
  try {
    let told = ''
    let saidAt = 0
    while (principal && !hasLeft() && !isClosing()) {
      const data = JSON.stringify(await today(principal))
      const isNews = data !== told
      if (isNews || performance.now() - saidAt > pingMs) {
        yield isNews ? `event: usage\ndata: ${data}\n\n` : ': ping\n\n'
        told = data
        saidAt = performance.now()
      }
      await sleep(lookMs, undefined, { ref: false })
      principal = await readmit().catch(nullIfRefused)
    }
  } finally {
    leave()
  }
}

function nullIfRefused(error: unknown): null {
  if (isOfWhoAsks(error)) return null
  throw error
}
