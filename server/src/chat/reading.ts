import type { GenerationEvent } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { EventHub } from './event-hub.ts'
import { findGeneration, listEvents, type NumberedEvent } from './generation-store.ts'
import { findMessage, messageOf } from './message-store.ts'

// Where another process makes the answer, nobody here says that there is more.
const lookMs = 250
const lookMsHere = 5000
const pingMs = 15_000
const pageSize = 500

type Reading = { generationId: string; after: number }
/** How far a reader is, and when it was last told something. */
type Place = { generationId: string; seq: number; saidAt: number }

/** An answer's events from after a number on, as server-sent events: what is there, what comes, and the end. */
export async function* readGeneration(
  db: Kysely<Tables>,
  hub: EventHub,
  { generationId, after }: Reading,
): AsyncGenerator<string> {
  const news = createNews(hub, generationId)
  const place: Place = { generationId, seq: after, saidAt: performance.now() }
  try {
    yield ': reading\n\n'
    for (;;) {
      // Asked before the events: what was committed before the end is seen before it.
      const generation = await findGeneration(db, generationId)
      if (!generation) return
      yield* committed(db, place)
      if (generation.status !== 'running') return yield* ending(db, generation.message_id, place.seq + 1)
      yield* following(news, place, hub.isMadeHere(generationId) ? lookMsHere : lookMs)
      if (performance.now() - place.saidAt < pingMs) continue
      place.saidAt = performance.now()
      yield ': ping\n\n'
    }
  } finally {
    news.close()
  }
}

/** What the database has. */
async function* committed(db: Kysely<Tables>, place: Place): AsyncGenerator<string> {
  for (;;) {
    const page = await listEvents(db, place.generationId, { after: place.seq, limit: pageSize })
    if (page.length > 0) yield told(page, place)
    if (page.length < pageSize) return
  }
}

/** What comes after it, as long as nothing is missing in between: it need not be read back. */
async function* following(
  news: ReturnType<typeof createNews>,
  place: Place,
  waitMs: number,
): AsyncGenerator<string> {
  for (;;) {
    const events = await news.next(waitMs)
    if (events?.at(0)?.seq !== place.seq + 1) return
    yield told(events, place)
  }
}

function told(events: NumberedEvent[], place: Place): string {
  place.seq = events.at(-1)?.seq ?? place.seq
  place.saidAt = performance.now()
  return events.map(written).join('')
}

async function* ending(db: Kysely<Tables>, messageId: string, seq: number): AsyncGenerator<string> {
  const row = await findMessage(db, messageId)
  if (row) yield written({ seq, event: { type: 'end', message: messageOf(row) } })
}

const written = ({ seq, event }: { seq: number; event: GenerationEvent }): string =>
  `id: ${seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

/** What the hub says, one after another; null after so many milliseconds without any, and for the end. */
function createNews(hub: EventHub, generationId: string) {
  const waiting: (NumberedEvent[] | null)[] = []
  let wake: (() => void) | null = null
  const close = hub.listen(generationId, (told) => {
    waiting.push(told)
    wake?.()
  })
  return {
    close,
    async next(waitMs: number): Promise<NumberedEvent[] | null> {
      if (waiting.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, waitMs)
        wake = resolve
        await promise
        clearTimeout(timer)
        wake = null
      }
      return waiting.shift() ?? null
    },
  }
}
