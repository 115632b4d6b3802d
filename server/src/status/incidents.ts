// What administrators write about incidents and plan.
import type {
  CreateIncidentBody,
  Incident,
  PlanMaintenanceBody,
  UpdateIncidentBody,
  WriteUpdateBody,
} from '@portal/contract'
import { isId } from '@portal/contract'
import type { Kysely } from 'kysely'
import { type AuditAction, recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { Chronicle } from './chronicle.ts'
import type { Component } from './component.ts'
import * as store from './incident-store.ts'
import { changeOf, refuse, requireWindow } from './maintenance-window.ts'

type Db = Kysely<Tables>

/** Who asks: somebody who runs this portal. */
export type Asking = { principal: Principal; caller: Caller }

/** Incidents as administrators keep them. */
export type Incidents = {
  list: (asking: Asking) => Promise<{ data: Incident[]; components: Component[] }>
  /** @throws AppError invalid_request */
  open: (asking: Asking, body: CreateIncidentBody) => Promise<Incident>
  /** @throws AppError invalid_request */
  plan: (asking: Asking, body: PlanMaintenanceBody) => Promise<Incident>
  /** @throws AppError not_found, invalid_request, conflict */
  change: (asking: Asking, id: string, body: UpdateIncidentBody) => Promise<Incident>
  /** @throws AppError not_found, conflict */
  write: (asking: Asking, id: string, body: WriteUpdateBody) => Promise<Incident>
}

type IncidentsDeps = {
  db: Db
  chronicle: Chronicle
  components: () => Component[]
  onChange: () => void
  /** Milliseconds since 1970. */
  now: () => number
}

const listMax = 100

type Act = { action: AuditAction; work: (trx: Db, nowMs: number) => Promise<string> }

/** Builds them. */
export function createIncidents(deps: IncidentsDeps): Incidents {
  const { db, chronicle, components } = deps
  const act = createAct(deps)
  return {
    async list() {
      const rows = await store.listSince(db, new Date(0), listMax)
      return { data: rows.map(store.incidentFromRow), components: components() }
    },
    open: (asking, body) =>
      act(asking, {
        action: 'incident.opened',
        work(trx, atMs) {
          requireKnown(body.components, components())
          const times = { startsAt: new Date(atMs), endsAt: null, atMs }
          return chronicle.begin(trx, { kind: 'incident', automatic: false, ...body, ...times })
        },
      }),
    plan: (asking, { from, to, ...body }) =>
      act(asking, {
        action: 'incident.opened',
        work(trx, atMs) {
          requireKnown(body.components, components())
          const [startsAt, endsAt] = requireWindow(from, to, atMs)
          const times = { startsAt, endsAt, atMs, stage: 'planned' as const }
          return chronicle.begin(trx, {
            kind: 'maintenance',
            impact: null,
            automatic: false,
            ...body,
            ...times,
          })
        },
      }),
    change: (asking, id, body) =>
      act(asking, {
        action: 'incident.changed',
        async work(trx, atMs) {
          const incident = await requireLocked(trx, id)
          const touched = incident.components.map(({ component }) => ({ id: component }))
          requireKnown(body.components ?? [], [...components(), ...touched])
          await store.changeIncident(trx, id, changeOf(incident, body, atMs))
          return id
        },
      }),
    write: (asking, id, body) =>
      act(asking, {
        action: 'incident.told',
        async work(trx, atMs) {
          requireOpen(await requireLocked(trx, id), body, atMs)
          await chronicle.write(trx, { incidentId: id, ...body, atMs })
          return id
        },
      }),
  }
}

/** What does something with its entry in the audit log, and tells how the incident is then. */
const createAct =
  ({ db, onChange, now }: IncidentsDeps) =>
  async ({ principal, caller }: Asking, { action, work }: Act): Promise<Incident> => {
    const incident = await db.transaction().execute(async (trx) => {
      const atMs = now()
      const found = await requireIncident(trx, await work(trx, atMs))
      const { address, userAgent } = caller
      await recordAudit(trx, {
        ...{ action, atMs, organisationId: null, actorId: principal.userId, subjectId: null },
        ...{ from: { address, userAgent }, details: { name: found.title, incident: found.id } },
      })
      return store.incidentFromRow(found)
    })
    onChange()
    return incident
  }

function requireKnown(ids: readonly string[], known: readonly { id: string }[]): void {
  const unknown = ids.find((id) => !known.some((component) => component.id === id))
  if (unknown !== undefined) throw refuse('components', `There is no component ${unknown.slice(0, 100)}.`)
}

async function requireLocked(trx: Db, id: string): Promise<store.IncidentRow> {
  if (isId('incident', id)) await store.lockIncident(trx, id)
  return requireIncident(trx, id)
}

async function requireIncident(trx: Db, id: string): Promise<store.IncidentRow> {
  const found = isId('incident', id) ? await store.findIncident(trx, id) : undefined
  if (!found) throw new AppError('not_found', { message: 'There is no such incident.' })
  return found
}

/** What is over is told no further, except to say more of how it ended. */
function requireOpen(incident: store.IncidentRow, { stage }: WriteUpdateBody, nowMs: number): void {
  const { kind, starts_at, ends_at } = incident
  const isOver = ends_at !== null && (ends_at.getTime() <= nowMs || ends_at <= starts_at)
  if (isOver && (kind === 'maintenance' || stage !== 'resolved')) {
    throw new AppError('conflict', { message: 'This is over. Open another one for what happened since.' })
  }
}
