// What is written of incidents, by whomever: with every entry those are mailed who asked for it.
import { type IncidentImpact, type IncidentStage, newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Jobs } from '../jobs/index.ts'
import { endIncident, insertIncident, insertUpdate } from './incident-store.ts'
import { noticeQueue } from './notices.ts'

type Db = Kysely<Tables>

type Begun = {
  title: string
  components: readonly string[]
  automatic: boolean
  startsAt: Date
  /** When it was over; of maintenance, when it is planned to be. */
  endsAt: Date | null
  stage: IncidentStage
  text: string
  atMs: number
} & ({ kind: 'incident'; impact: IncidentImpact } | { kind: 'maintenance'; impact: null; endsAt: Date })

type Entry = { incidentId: string; stage: IncidentStage; text: string; atMs: number }

/** Writes it, in the caller's transaction. */
export type Chronicle = {
  /** Resolves to the id of what has begun. */
  begin: (trx: Db, begun: Begun) => Promise<string>
  /** Adds an update; `resolved` ends what it is of. */
  write: (trx: Db, entry: Entry) => Promise<void>
}

/** Builds it. */
export function createChronicle({ jobs }: { jobs: Pick<Jobs, 'enqueue'> }): Chronicle {
  async function keep(trx: Db, { incidentId, stage, text, atMs }: Entry): Promise<void> {
    const id = newId('incidentUpdate', atMs)
    await insertUpdate(trx, { id, incident_id: incidentId, at: new Date(atMs), stage, text })
    await jobs.enqueue(trx, noticeQueue, { payload: { updateId: id } })
  }

  return {
    async begin(trx, { components, startsAt, endsAt, stage, text, atMs, ...begun }) {
      const id = newId('incident', atMs)
      await insertIncident(trx, { id, ...begun, starts_at: startsAt, ends_at: endsAt }, components)
      await keep(trx, { incidentId: id, stage, text, atMs })
      return id
    },
    async write(trx, entry) {
      await keep(trx, entry)
      if (entry.stage === 'resolved') await endIncident(trx, entry.incidentId, entry.atMs)
    },
  }
}
