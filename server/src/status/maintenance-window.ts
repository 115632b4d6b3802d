// When maintenance may be planned: never for what has passed, which would make downtime of it.
import type { UpdateIncidentBody } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { IncidentChange, IncidentRow } from './incident-store.ts'
import { dayMs, minuteMs, minuteOf } from './minute.ts'

const lengthMaxMs = 7 * dayMs
/** What is written down now was meant to begin now. */
const leewayMs = 2 * minuteMs

/** A window in whole minutes: what was down already cannot be planned. @throws AppError invalid_request */
export function requireWindow(from: string, to: string, nowMs: number): [Date, Date] {
  const startMs = minuteOf(Date.parse(from))
  const endMs = minuteOf(Date.parse(to) + minuteMs - 1)
  if (startMs < nowMs - leewayMs) throw refuse('from', 'Maintenance cannot be planned for the past.')
  if (endMs <= startMs) throw refuse('to', 'Name an end after the beginning.')
  if (endMs - startMs > lengthMaxMs) throw refuse('to', 'Maintenance takes 7 days at most.')
  return [new Date(startMs), new Date(endMs)]
}

/** What a body changes of an incident. @throws AppError invalid_request, conflict */
export function changeOf(incident: IncidentRow, body: UpdateIncidentBody, nowMs: number): IncidentChange {
  const { from, to, ...rest } = body
  const isPlanned = incident.kind === 'maintenance'
  if (isPlanned && body.impact) throw refuse('impact', 'Maintenance has none.')
  if (from === undefined && to === undefined && !(isPlanned && rest.components)) return rest
  if (!isPlanned) throw refuse(from === undefined ? 'to' : 'from', 'An incident has no planned times.')
  return { ...rest, ...windowOf(incident, { from, to, components: rest.components }, nowMs) }
}

type Window = Pick<UpdateIncidentBody, 'from' | 'to' | 'components'>

function requireNotOver({ starts_at, ends_at }: IncidentRow, nowMs: number): void {
  if (ends_at && ends_at.getTime() > nowMs && ends_at > starts_at) return
  throw new AppError('conflict', { message: 'This maintenance is over.' })
}

/** What of a window may still be moved: minutes that have passed stay what they were. */
function windowOf(incident: IncidentRow, { from, to, components }: Window, nowMs: number) {
  const { starts_at, ends_at } = incident
  const hasBegun = starts_at.getTime() <= nowMs
  requireNotOver(incident, nowMs)
  if (hasBegun && (from !== undefined || components)) {
    throw new AppError('conflict', { message: 'This maintenance has begun: only its end can be moved.' })
  }
  if (!hasBegun) {
    const [begins, ends] = requireWindow(
      from ?? starts_at.toISOString(),
      to ?? ends_at?.toISOString() ?? '',
      nowMs,
    )
    return { starts_at: begins, ends_at: ends }
  }
  const endMs = minuteOf(Date.parse(to ?? '') + minuteMs - 1)
  if (!(endMs > nowMs)) throw refuse('to', 'Name an end that is still to come, or write that it is resolved.')
  if (endMs - starts_at.getTime() > lengthMaxMs) throw refuse('to', 'Maintenance takes 7 days at most.')
  return { ends_at: new Date(endMs) }
}

/** A field that says what cannot be. */
export const refuse = (param: string, message: string) =>
  new AppError('invalid_request', { message: `${param}: ${message}`, param })
