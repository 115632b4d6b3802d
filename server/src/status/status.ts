// Builds the room: what looks, what is written, and what is shown of it.
import type { StatusReport } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { Log } from '../log/index.ts'
import type { MailService } from '../mail/index.ts'
import type { Metrics } from '../metrics/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { ObjectStore } from '../storage/index.ts'
import type { Throttles } from '../throttle/index.ts'
import { createChronicle } from './chronicle.ts'
import { closeNightly } from './closing.ts'
import { type Component, componentOfModel, portalComponents } from './component.ts'
import { readEvidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import { exposeStatus } from './gauges.ts'
import { createHeartbeat, type Heartbeat } from './heartbeat.ts'
import { createIncidents, type Incidents } from './incidents.ts'
import { callQuietModels } from './model-calls.ts'
import { createModelJudge, type OfferedModel } from './model-health.ts'
import { judgePortal } from './portal-health.ts'
import { probePortal } from './probes.ts'
import { createReading } from './reading.ts'
import { readReport } from './report.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'

/** How the portal works: recorded, told and written about. */
export type Status = Heartbeat & {
  /** @throws AppError unavailable where the database is away and nothing is remembered */
  report: () => Promise<StatusReport>
  /** The next report is read anew. */
  forget: () => void
  incidents: Incidents
  subscriptions: Subscriptions
}

type StatusDeps = {
  db: Kysely<Tables>
  jobs: Pick<Jobs, 'enqueue' | 'work' | 'everyDay'>
  mail: MailService
  secrets: Pick<Secrets, 'hash'>
  throttles: Throttles
  metrics: Metrics
  objects: ObjectStore
  /** Where a local file lies before it is stored. */
  directory: string
  models: () => readonly OfferedModel[]
  /** The API key that pays for calls of models nobody else asks; null makes none. */
  modelCallKey: string | null
  /** Where this server listens; null as long as it does not. */
  ownUrl: () => string | null
  log: Log
  /** Milliseconds since 1970. */
  now: () => number
}

/** Builds it; nothing is looked at before `start`. */
export function createStatus(deps: StatusDeps): Status {
  const { db, jobs, mail, secrets, throttles, metrics, log, now } = deps
  const components = (): Component[] => [
    ...Object.values(portalComponents),
    ...deps.models().map(({ id }) => componentOfModel(id)),
  ]
  const reading = createReading({ read: () => readReport(db, components(), now()), log, now })
  const chronicle = createChronicle({ jobs })
  let last: { findings: readonly Finding[]; atMs: number } | null = null
  let level: StatusReport['serviceLevel'] | null = null
  exposeStatus(metrics, {
    findings: () => last?.findings ?? [],
    level: () => level,
    beatAtMs: () => last?.atMs ?? null,
  })
  closeNightly({ db, jobs, now })
  return {
    ...createHeartbeat({
      ...{ db, chronicle, log, now, look: createLook(deps) },
      async onBeat(findings) {
        last = { findings, atMs: now() }
        reading.forget()
        level = (await reading.report()).serviceLevel
      },
    }),
    report: reading.report,
    forget: reading.forget,
    incidents: createIncidents({ db, chronicle, components, onChange: reading.forget, now }),
    subscriptions: createSubscriptions({ db, jobs, mail, secrets, throttles, now }),
  }
}

/** What looks at everything there is. */
function createLook(deps: StatusDeps): () => Promise<Finding[]> {
  const { db, models, modelCallKey, ownUrl, log, now } = deps
  const judge = createModelJudge()
  return async () => {
    const probed = probePortal(deps)
    const offered = models()
    let evidence = await readEvidence(db, now())
    if (modelCallKey !== null) {
      const called = await callQuietModels({ key: modelCallKey, ownUrl, log }, offered, evidence.models)
      if (called) evidence = await readEvidence(db, now())
    }
    return [...judgePortal(await probed, evidence.portal), ...judge(offered, evidence.models, now())]
  }
}
