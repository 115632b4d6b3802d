// How administrators change providers and models: one after the other, with a trace, and for every process at once.
import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import { type AuditAction, type AuditOrigin, recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Events } from '../events/index.ts'
import type { Log } from '../log/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Ground } from './ground.ts'
import { type Effective, type Layer, layered } from './layers.ts'
import { lockForChange } from './live-store.ts'
import { readLayer } from './read-layer.ts'
import type { ModelRegistry } from './registry.ts'

/** How a target has been doing in the last minutes. */
export type TargetHealth = { isOpen: boolean; answers: number; failures: number; latencyMs: number | null }

export type ModelAdministrationDeps = {
  db: Kysely<Tables>
  events: Pick<Events, 'publish' | 'subscribe' | 'onReconnect'>
  secrets: Pick<Secrets, 'encrypt' | 'decrypt'>
  registry: ModelRegistry
  /** By a target's name, `provider/model`. */
  healthOf: (target: string) => TargetHealth
  log: Log
  /** Milliseconds since 1970. */
  now: () => number
}

/** The administrator who changes something. */
export type Administrator = { userId: string; from: AuditOrigin }

/** What there is, read under the lock of whoever changes it. */
export type Changing = {
  trx: Kysely<Tables>
  ground: Ground
  layer: Layer
  effective: Effective
  at: Date
}

type Act = { action: AuditAction; details: Record<string, string> }
/** Makes one change; what is recorded of it comes back. */
export type Change = (actor: Administrator, act: (changing: Changing) => Promise<Act>) => Promise<void>

/** Takes what the database says into the registry; one reading after the other, so that the last one counts. */
export function createRefresh(deps: ModelAdministrationDeps): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  const refresh = async () => deps.registry.lay(await readLayer(deps))
  return () => {
    const next = last.then(refresh)
    last = next.catch(() => {})
    return next
  }
}

/** Builds the way every change takes: it counts for requests from the moment it is answered. */
export function createChange(deps: ModelAdministrationDeps, refresh: () => Promise<void>): Change {
  const { db, events, secrets, registry, log, now } = deps
  return async (actor, act) => {
    await db.transaction().execute(async (trx) => {
      await lockForChange(trx)
      const layer = await readLayer({ db: trx, secrets, log })
      const { ground } = registry
      const at = new Date(now())
      const done = await act({ trx, ground, layer, effective: layered(ground, layer), at })
      await recordAudit(trx, {
        ...{ ...done, atMs: at.getTime(), organisationId: null },
        ...{ actorId: actor.userId, subjectId: null, from: actor.from },
      })
      await events.publish(trx, { type: 'models-changed' })
    })
    await refresh()
  }
}

/**
 * Makes sure that somebody changes what they saw.
 * @throws AppError conflict
 */
export function requireVersion(current: number, given: number): void {
  if (current === given) return
  throw new AppError('conflict', {
    message: 'Somebody else changed this meanwhile. Look at what it is now, then change it again.',
    param: 'version',
    meta: { version: current },
  })
}

/** Higher than any that went before, also of something deleted that had the same name. */
export const nextVersion = (current: number, at: Date): number => Math.max(current + 1, at.getTime())

const valueCharactersMax = 2000

/** What of a description is another than before, for the audit log. It holds no key. */
export function differenceOf(before: object, after: object): Record<'fields' | 'before' | 'after', string> {
  const was = before as Record<string, unknown>
  const is = after as Record<string, unknown>
  const fields = Object.keys({ ...was, ...is }).filter((field) => !isDeepStrictEqual(was[field], is[field]))
  const partOf = (whole: Record<string, unknown>) =>
    JSON.stringify(Object.fromEntries(fields.map((field) => [field, whole[field]]))).slice(
      0,
      valueCharactersMax,
    )
  return { fields: fields.join(', '), before: partOf(was), after: partOf(is) }
}
