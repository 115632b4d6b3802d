// The report as it is asked for by many: read once for all who ask within a few seconds, and there while the database is
// away, which is when people look.
import type { StatusReport } from '@portal/contract'
import type { Log } from '../log/index.ts'
import { sentences } from './sentences.ts'

type ReadingDeps = {
  read: () => Promise<StatusReport>
  log: Pick<Log, 'warn'>
  /** Milliseconds since 1970. */
  now: () => number
}

/** How long a report is good for. */
export const freshSeconds = 15

/** Reads reports. */
export type Reading = {
  /** @throws what reading throws, where there was never one */
  report: () => Promise<StatusReport>
  /** Something has changed: the next report is read anew. */
  forget: () => void
}

/** Builds it. */
export function createReading({ read, log, now }: ReadingDeps): Reading {
  let known: { report: StatusReport; atMs: number } | null = null
  let underWay: Promise<StatusReport> | null = null
  let changes = 0

  async function readAnew(): Promise<StatusReport> {
    const before = changes
    const atMs = now()
    try {
      const report = await read()
      known = { report, atMs: before === changes ? atMs : Number.NEGATIVE_INFINITY }
      return report
    } catch (err) {
      if (!known) throw err
      log.warn({ err }, 'the status is told from memory')
      return { ...known.report, at: new Date(atMs).toISOString(), state: 'down', sentence: sentences.away }
    }
  }

  return {
    async report() {
      if (known && Math.abs(now() - known.atMs) < freshSeconds * 1000) return known.report
      underWay ??= readAnew().finally(() => {
        underWay = null
      })
      return underWay
    },
    forget() {
      changes += 1
      underWay = null
      if (known) known.atMs = Number.NEGATIVE_INFINITY
    },
  }
}
