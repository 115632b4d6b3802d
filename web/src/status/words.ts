// What states, days and times are in words.
import type { Incident, IncidentStage, StatusDay, StatusState } from '@portal/contract'

export const stateWords: Record<StatusState, string> = {
  operational: 'Works',
  degraded: 'Problems',
  down: 'Down',
  maintenance: 'Maintenance',
  unknown: 'No data',
}

export const stageWords: Record<IncidentStage, string> = {
  planned: 'Planned',
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
}

/** Per cent, never rounded up to what it was not: 99.999 is 99.99. */
export function percentWords(share: number | null): string {
  if (share === null) return 'No data'
  const floored = Math.floor(share * 100 + 1e-7) / 100
  return `${floored === 100 ? '100' : floored.toFixed(2)}\u00a0%`
}

/** A length of time, of whole minutes below two hours. */
export function minutesWords(minutes: number): string {
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`
  const hours = Math.floor(minutes / 60)
  const rest = Math.round(minutes % 60)
  return rest === 0 ? `${hours} hours` : `${hours} h ${rest} min`
}

const dateOfUtc = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })

/** A day (UTC) as people write it. */
export const dateWords = (date: string): string => dateOfUtc.format(new Date(`${date}T00:00:00Z`))

/** What a day was like. */
export function dayWords({
  state,
  uptime,
  downMinutes,
  degradedMinutes,
  maintenanceMinutes,
}: StatusDay): string {
  if (state === 'unknown') return 'no data'
  const parts = [
    downMinutes > 0 && `down for ${minutesWords(downMinutes)} (${percentWords(uptime)})`,
    degradedMinutes > 0 && `problems for ${minutesWords(degradedMinutes)}`,
    maintenanceMinutes > 0 && `maintenance for ${minutesWords(maintenanceMinutes)}`,
  ].filter((part) => part !== false)
  return parts.length > 0 ? parts.join(', ') : 'worked all day'
}

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const localDate = new Intl.DateTimeFormat('en', { dateStyle: 'long' })
const whole = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })

/** The day of the reader's that an instant is in. */
export const localDay = (instant: string): string => localDate.format(new Date(instant))
/** An instant in the reader's time. */
export const instantWords = (instant: string): string => whole.format(new Date(instant))

/** From when to when, in the reader's time; the day is told once where it is one. */
export function spanWords({ startsAt, endsAt }: Pick<Incident, 'startsAt' | 'endsAt'>): string {
  if (endsAt === null) return `Since ${instantWords(startsAt)}`
  const isOneDay = localDay(startsAt) === localDay(endsAt)
  return `${instantWords(startsAt)} – ${isOneDay ? clock.format(new Date(endsAt)) : instantWords(endsAt)}`
}

/** Milliseconds as people tell them. */
export function durationWords(ms: number | null): string {
  if (ms === null) return '–'
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`
}

const dayMs = 86_400_000

/** How many days ago an instant was, by the reader's calendar. */
export function daysAgoWords(instant: string, now = Date.now()): string {
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0)
  const days = Math.round((midnight(now) - midnight(Date.parse(instant))) / dayMs)
  if (days <= 0) return 'Today'
  return days === 1 ? 'Yesterday' : `${days} days ago`
}

type Times = Pick<Incident, 'kind' | 'startsAt' | 'endsAt'>

/** Whether it is maintenance that was ended before it began. */
export const isCalledOff = ({ kind, startsAt, endsAt }: Times): boolean =>
  kind === 'maintenance' && endsAt !== null && endsAt <= startsAt

/** Whether there is nothing more to come of it. */
export const isOver = (incident: Times): boolean =>
  isCalledOff(incident) || (incident.endsAt !== null && Date.parse(incident.endsAt) <= Date.now())
