import type { Kysely } from 'kysely'
import { z } from 'zod'
import { recordOwnAct } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Events } from '../events/index.ts'
import type { Caller, Principal } from '../http/index.ts'
import { defineQueue, type Jobs } from '../jobs/index.ts'
import type { MailService } from '../mail/index.ts'
import type { SignIn } from '../sign-in/index.ts'
import * as store from './deletion-store.ts'

/** Ending an account: asked for, thought better of, and done 30 days later. */
export type Deletions = {
  /**
   * Resolves to the day on which the account will be deleted, which until then works as before.
   * @throws AppError invalid_credentials, sign_in_not_recent, rate_limit_exceeded; conflict while others depend on the person
   */
  ask: (principal: Principal, password: string | undefined, caller: Caller) => Promise<Date>
  /** Keeps the account. */
  undo: (principal: Principal, caller: Caller) => Promise<void>
  /** The same as `ask` and `undo` for whoever runs the portal, in their transaction. @throws AppError conflict */
  schedule: (trx: Kysely<Tables>, userId: string) => Promise<Date>
  cancel: (trx: Kysely<Tables>, userId: string) => Promise<void>
  /** Deletes every account whose day has come; resolves to how many. */
  deleteDue: () => Promise<number>
}

type DeletionsDeps = {
  db: Kysely<Tables>
  events: Pick<Events, 'publish'>
  jobs: Pick<Jobs, 'work' | 'everyDay'>
  mail: MailService
  credentials: Pick<SignIn['credentials'], 'requireProof'>
  /** Milliseconds since 1970. */
  now: () => number
}

const graceMs = 30 * 86_400_000
const deletionQueue = defineQueue({ name: 'delete-accounts', payload: z.object({}) })

/** Builds it, and says when it is done. */
export function createDeletions(deps: DeletionsDeps): Deletions {
  const { db, jobs, mail, credentials, now } = deps
  const deleteDue = () => deleteDueAccounts(deps)
  jobs.work(deletionQueue, async () => void (await deleteDue()))
  jobs.everyDay(deletionQueue, { time: '03:30', payload: {} })

  async function schedule(trx: Kysely<Tables>, userId: string, who: 'You are' | 'They are'): Promise<Date> {
    await requireNobodyLeftBehind(trx, userId, who)
    const deleteAt = new Date(now() + graceMs)
    const { email: to, name } = await store.setDeletion(trx, userId, deleteAt)
    await mail.send(trx, {
      kind: 'account-deletion-scheduled',
      ...{ to, name, deleteAt, path: '/settings/profile' },
    })
    return deleteAt
  }

  return {
    schedule: (trx, userId) => schedule(trx, userId, 'They are'),
    async cancel(trx, userId) {
      await store.setDeletion(trx, userId, null)
    },
    async ask(principal, password, caller) {
      await credentials.requireProof(principal, password)
      return db.transaction().execute(async (trx) => {
        const { userId, organisationId } = principal
        const deleteAt = await schedule(trx, userId, 'You are')
        const act = { atMs: now(), organisationId, userId, from: caller }
        await recordOwnAct(trx, { action: 'user.deletion-asked', ...act })
        return deleteAt
      })
    },
    async undo(principal, caller) {
      await db.transaction().execute(async (trx) => {
        await store.setDeletion(trx, principal.userId, null)
        const { userId, organisationId } = principal
        const act = { atMs: now(), organisationId, userId, from: caller }
        await recordOwnAct(trx, { action: 'user.deletion-undone', ...act })
      })
    },
    deleteDue,
  }
}

/** An organisation with others in it needs an owner. @throws AppError conflict naming those without another */
async function requireNobodyLeftBehind(
  trx: Kysely<Tables>,
  userId: string,
  who: 'You are' | 'They are',
): Promise<void> {
  const names = (await store.listOrphaned(trx, userId)).map(({ name }) => `“${name}”`)
  if (names.length === 0) return
  throw new AppError('conflict', {
    message: `${who} the only owner of ${new Intl.ListFormat('en').format(names)}. Hand ${names.length > 1 ? 'them' : 'it'} over to a member first, or remove the others.`,
  })
}

async function deleteDueAccounts({ db, events, now }: DeletionsDeps): Promise<number> {
  const due = await store.listDue(db, new Date(now()))
  for (const { id } of due) {
    await db.transaction().execute(async (trx) => {
      await store.lockOrganisationsOf(trx, id)
      // Somebody may have thought better of it, or become an only owner, while others were deleted.
      const isDue = await store.lockDue(trx, id, new Date(now()))
      if (!isDue || (await store.listOrphaned(trx, id)).length > 0) return
      const { organisationIds, keyIds } = await store.deletePerson(trx, id)
      for (const keyId of keyIds) await events.publish(trx, { type: 'key-changed', keyId })
      for (const organisationId of organisationIds)
        await events.publish(trx, { type: 'organisation-changed', organisationId })
      await events.publish(trx, { type: 'user-changed', userId: id })
    })
  }
  return due.length
}
