// Incidents that the portal opens and closes itself, one for each component that is not well.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Chronicle } from './chronicle.ts'
import { nameOfComponent } from './component.ts'
import type { Finding } from './finding.ts'
import { changeIncident, type IncidentRow, listMaintained, listOpenAutomatic } from './incident-store.ts'
import { minuteMs } from './minute.ts'
import { listMinutes, type Minute } from './minutes.ts'
import { openedText, sentences, titleOf, worseText } from './sentences.ts'

/** So many bad minutes in a row open an incident. */
export const minutesToOpen = 3
/** So many good ones close it. */
export const minutesToClose = 5

type Beat = { atMs: number; findings: readonly Finding[] }
type Deps = { trx: Kysely<Tables>; chronicle: Chronicle }

/** Opens and closes what the last minutes ask for, the one of `atMs` included. */
export async function keepIncidents({ trx, chronicle }: Deps, { atMs, findings }: Beat): Promise<void> {
  const recent = Map.groupBy(
    await listMinutes(trx, atMs - minutesToClose * minuteMs),
    ({ component }) => component,
  )
  const open = await listOpenAutomatic(trx)
  const maintained = await listMaintained(trx, new Date(atMs))
  const deps = { trx, chronicle }
  for (const finding of findings) {
    const { component } = finding
    const minutes = recent.get(component) ?? []
    const incident = open.find((each) => each.components.some((touched) => touched.component === component))
    if (incident) await follow(deps, incident, { finding, minutes, atMs })
    else if (!maintained.has(component)) await openIfBad(deps, { finding, minutes, atMs })
  }
  const isGone = ({ components }: IncidentRow) =>
    !components.some(({ component }) => findings.some((finding) => finding.component === component))
  for (const { id } of open.filter(isGone)) {
    await chronicle.write(trx, { incidentId: id, stage: 'resolved', text: sentences.gone, atMs })
  }
}

type Seen = { finding: Finding; minutes: readonly Minute[]; atMs: number }

const isGood = ({ state }: Minute): boolean => state === 'operational'
const isDown = ({ state }: Minute): boolean => state === 'down'

async function openIfBad({ trx, chronicle }: Deps, { finding, minutes, atMs }: Seen): Promise<void> {
  const since = atMs - (minutesToOpen - 1) * minuteMs
  const last = minutes.filter((minute) => minute.atMs >= since)
  if (last.length < minutesToOpen || last.some(isGood)) return
  const impact = last.some(isDown) ? 'down' : 'degraded'
  const { component } = finding
  await chronicle.begin(trx, {
    ...{ kind: 'incident', automatic: true, impact, components: [component], atMs },
    title: titleOf(nameOfComponent(component), impact),
    startsAt: new Date(since),
    endsAt: null,
    stage: 'investigating',
    text: openedText(finding, impact),
  })
}

async function follow({ trx, chronicle }: Deps, incident: IncidentRow, seen: Seen): Promise<void> {
  const { finding, minutes, atMs } = seen
  const entry = { incidentId: incident.id, atMs }
  if (minutes.length >= minutesToClose && minutes.every(isGood)) {
    await chronicle.write(trx, { ...entry, stage: 'resolved', text: sentences.resolved })
    return
  }
  const last = minutes.slice(-minutesToOpen)
  if (incident.impact === 'down' || last.length < minutesToOpen || !last.every(isDown)) return
  const title = titleOf(nameOfComponent(finding.component), 'down')
  await changeIncident(trx, incident.id, { impact: 'down', title })
  await chronicle.write(trx, { ...entry, stage: 'investigating', text: worseText(finding) })
}

type Gap = { fromMs: number; toMs: number; components: readonly string[] }

/** Tells of a time in which nothing was recorded, once it is over, where it was long enough and not planned. */
export async function tellGap({ trx, chronicle }: Deps, { fromMs, toMs, components }: Gap): Promise<void> {
  const minutes = (toMs - fromMs) / minuteMs
  const planned = await listMaintained(trx, new Date(fromMs))
  const touched = components.filter((component) => !planned.has(component))
  if (minutes < minutesToOpen || touched.length === 0) return
  await chronicle.begin(trx, {
    ...{ kind: 'incident', automatic: true, impact: 'down', components: touched, atMs: toMs },
    ...{ startsAt: new Date(fromMs), endsAt: new Date(toMs), stage: 'resolved' },
    ...{ title: sentences.gapTitle, text: sentences.gap(minutes) },
  })
}
