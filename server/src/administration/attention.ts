import type { AdminOverview } from '@portal/contract'

type Attention = AdminOverview['attention'][number]
type Found = Omit<AdminOverview, 'attention'>
type More = { failedMails: number; spillFiles: number; sumsDiffering: number }

const diskShareMin = 0.1
const connectionShareMax = 0.85
const errorShareMax = 0.2
const requestsMin = 20

/** What of an overview somebody should look at, the worst first. */
export const attentionTo = (found: Found, more: More): Attention[] =>
  [...urgent(found, more), ...soon(found, more)].sort(
    (a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'),
  )

function urgent({ parts, disk, lastHour }: Found, { spillFiles, sumsDiffering }: More): Attention[] {
  const broken = parts.filter(({ isReady }) => !isReady)
  const free = disk ? disk.bytesFree / disk.bytesTotal : 1
  const errorShare = lastHour.requests >= requestsMin ? lastHour.errors / lastHour.requests : 0
  return [
    ...broken.map(({ name, detail }) => critical('database', `${name}: ${detail}`)),
    ...when(
      free < diskShareMin,
      critical('disk', `Only ${percent(free)} of the disk with the data is free.`),
    ),
    ...when(
      spillFiles > 0,
      critical(
        'ledger',
        `${count(spillFiles, 'file')} of the ledger’s rows on disk: not in the database yet.`,
      ),
    ),
    ...when(
      sumsDiffering > 0,
      critical(
        'ledger',
        `The nightly proof found ${count(sumsDiffering, 'difference')} between usage and the ledger. The log says where.`,
      ),
    ),
    ...when(
      errorShare > errorShareMax,
      critical('models', `${percent(errorShare)} of the last hour’s requests failed.`),
    ),
  ]
}

function soon({ database, jobs, targets, totals }: Found, { failedMails }: More): Attention[] {
  const used = database.connections / Math.max(1, database.connectionsMax)
  const open = targets.filter(({ isOpen }) => isOpen)
  return [
    ...when(jobs.failed > 0, warning('jobs', `${count(jobs.failed, 'job')} of the last week were given up.`)),
    ...when(
      failedMails > 0,
      warning('mail', `${count(failedMails, 'mail')} of the last day could not be sent.`),
    ),
    ...open.map(({ name }) => warning('models', `${name} fails, and is tried last.`)),
    ...when(
      used > connectionShareMax,
      warning('database', `${percent(used)} of the database’s connections are in use.`),
    ),
    ...when(totals.organisations === 0, warning('organisations', 'Nobody has signed up yet.')),
  ]
}

const critical = (about: Attention['about'], message: string): Attention => ({
  severity: 'critical',
  about,
  message,
})
const warning = (about: Attention['about'], message: string): Attention => ({
  severity: 'warning',
  about,
  message,
})
const when = (isSo: boolean, attention: Attention): Attention[] => (isSo ? [attention] : [])
const percent = (share: number): string => `${Math.round(share * 100)} %`
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
