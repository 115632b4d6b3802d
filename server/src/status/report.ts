// How the portal works, as everybody may see it: at most 90 rows a component, and a day's minutes.
import type { Incident, StatusComponent, StatusDay, StatusReport, StatusState } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { daysShown, openDays } from './closing.ts'
import { type Component, portalComponents } from './component.ts'
import { countDays, type DaySums, listClosedDays } from './day-sums.ts'
import { type IncidentRow, incidentFromRow, listMaintained, listSince } from './incident-store.ts'
import { dayMs, dayOf, minuteMs } from './minute.ts'
import { dueUntil, lastMinute, listMinutes, type Minute } from './minutes.ts'
import { overallSentence } from './sentences.ts'
import { countedMinutes, lostMinutes, serviceLevelOf, uptimeOf } from './service-level.ts'
import { readLatency } from './today-latency.ts'

/** A beat that is older than this is none: the portal has stopped looking. */
const freshMs = 2.5 * minuteMs
const incidentsMax = 200

/** Reads it for the components that there are now. */
export async function readReport(
  db: Kysely<Tables>,
  components: readonly Component[],
  nowMs: number,
): Promise<StatusReport> {
  const at = new Date(nowMs)
  const days = Map.groupBy(await readDays(db, nowMs), ({ component }) => component)
  const rows = await listSince(db, new Date(nowMs - daysShown * dayMs), incidentsMax)
  const stateOf = withIncidents(await readStates(db, nowMs), rows)
  const shown = components.map((component) =>
    shownComponent({ component, now: stateOf(component.id), days: days.get(component.id) ?? [], nowMs }),
  )
  const all = rows.map(incidentFromRow)
  const incidents = all.filter(({ kind }) => kind === 'incident')
  return {
    at: at.toISOString(),
    state: worstOf(shown.map(({ state }) => state)),
    sentence: overallSentence(shown),
    components: shown,
    serviceLevel: serviceLevelOf(days.get(portalComponents.api.id) ?? [], nowMs),
    latency: await readLatency(db, dayOf(nowMs)),
    lastIncidentAt: incidents[0]?.startsAt ?? null,
    incidents,
    maintenance: all
      .filter((each) => each.kind === 'maintenance' && isAhead(each, at))
      .sort((one, other) => (one.startsAt < other.startsAt ? -1 : 1)),
  }
}

/** Days that are closed from their sums, the others from their minutes. */
async function readDays(db: Kysely<Tables>, nowMs: number): Promise<DaySums[]> {
  const open = await openDays(db, nowMs)
  const untilMs = dueUntil(nowMs, await lastMinute(db))
  const closed = await listClosedDays(db, dayOf(nowMs - (daysShown - 1) * dayMs))
  return [...closed.filter(({ day }) => day < open.from), ...(await countDays(db, { ...open, untilMs }))]
}

/** Neither over nor called off before it began. */
const isAhead = ({ startsAt, endsAt }: Incident, at: Date): boolean =>
  endsAt !== null && endsAt > at.toISOString() && endsAt > startsAt

/** What people say that does not work does not, whatever was measured. */
const withIncidents =
  (stateOf: (component: string) => Now, incidents: readonly IncidentRow[]) =>
  (component: string): Now => {
    const now = stateOf(component)
    if (now.state === 'maintenance') return now
    const own = incidents.filter(
      ({ ends_at, components }) =>
        ends_at === null && components.some((each) => each.component === component),
    )
    return { ...now, state: worstOf([now.state, ...own.map(({ impact }) => impact ?? 'unknown')]) }
  }

type Now = { state: StatusState; latencyMs: number | null }

/** How each component is now: as it was found last, as long as the portal looks. */
async function readStates(db: Kysely<Tables>, nowMs: number): Promise<(component: string) => Now> {
  const last = await lastMinute(db)
  const found = last === null ? [] : await listMinutes(db, last - 1)
  const maintained = await listMaintained(db, new Date(nowMs))
  const isFresh = last !== null && nowMs - last < freshMs
  const byId = new Map<string, Minute>(found.map((minute) => [minute.component, minute]))
  return (component) => {
    const minute = byId.get(component)
    const latencyMs = (isFresh && minute?.latencyMs) || null
    if (maintained.has(component)) return { state: 'maintenance', latencyMs }
    if (!minute) return { state: 'unknown', latencyMs }
    return { state: isFresh ? minute.state : 'down', latencyMs }
  }
}

type Parts = { component: Component; now: Now; days: readonly DaySums[]; nowMs: number }

function shownComponent({ component, now, days, nowMs }: Parts): StatusComponent {
  const byDay = new Map(days.map((each) => [each.day, each]))
  const dates = Array.from({ length: daysShown }, (_, at) => dayOf(nowMs - (daysShown - 1 - at) * dayMs))
  return {
    ...component,
    ...now,
    uptime: uptimeOf(days),
    days: dates.map((date) => shownDay(date, byDay.get(date))),
  }
}

const shownDay = (date: string, sums: DaySums | undefined): StatusDay => ({
  date,
  state: stateOfDay(sums),
  uptime: sums ? uptimeOf([sums]) : null,
  downMinutes: sums ? lostMinutes(sums) : 0,
  degradedMinutes: sums?.degraded ?? 0,
  maintenanceMinutes: sums?.maintenance ?? 0,
})

/** A day on which it was down for longer than this share was a bad one; a minute for a restart was not. */
const badShare = 0.01

function stateOfDay(sums: DaySums | undefined): StatusState {
  if (!sums) return 'unknown'
  const [counted, lost] = [countedMinutes(sums), lostMinutes(sums)]
  if (counted === 0) return sums.maintenance > 0 ? 'maintenance' : 'unknown'
  if (lost > badShare * counted) return 'down'
  return lost > 0 || sums.degraded > 0 ? 'degraded' : 'operational'
}

const fromBad: readonly StatusState[] = ['down', 'degraded', 'maintenance', 'operational']

const worstOf = (states: readonly StatusState[]): StatusState =>
  fromBad.find((state) => states.includes(state)) ?? 'unknown'
