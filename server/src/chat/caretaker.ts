import type { ChatDeps } from './deps.ts'
import { endAnswer } from './ending.ts'
import type { EventHub } from './event-hub.ts'
import { beat, listDead } from './generation-store.ts'
import type { Run } from './run.ts'

const beatMs = 2000
/** What has not said for so long that it runs does not. */
const silenceSeconds = 10

/** Says every few seconds that this process' answers run, hears who is to stop, and ends those of dead processes. */
export function startCaretaker(
  { db, log }: Pick<ChatDeps, 'db' | 'log'>,
  { runs, hub }: { runs: ReadonlyMap<string, Run>; hub: EventHub },
): { close: () => Promise<void> } {
  let round: Promise<void> | null = null

  async function sayAlive(): Promise<void> {
    const ids = [...runs.keys()]
    if (ids.length === 0) return
    const alive = new Map((await beat(db, ids)).map(({ id, isAskedToStop }) => [id, isAskedToStop]))
    // Of what somebody else has ended, nothing more is written.
    for (const id of ids) if (alive.get(id) ?? true) runs.get(id)?.stop()
  }
  async function endDead(): Promise<void> {
    for (const id of await listDead(db, silenceSeconds)) {
      if (runs.has(id)) continue
      if (await endAnswer(db, id, { status: 'interrupted', fault: null, tokens: null })) hub.tell(id, null)
    }
  }
  const look = () => {
    round ??= sayAlive()
      .then(endDead)
      .catch((err) => log.warn({ err }, 'answers under way could not be looked after'))
      .finally(() => {
        round = null
      })
  }
  look()
  const timer = setInterval(look, beatMs)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await round
    },
  }
}
