// Mails about incidents for whoever asks for them and confirms the address. No answer tells whether an address is known.
import { timingSafeEqual } from 'node:crypto'
import { newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { defineQueue, type Jobs } from '../jobs/index.ts'
import type { MailService } from '../mail/index.ts'
import { hashOfToken, newToken, type Secrets } from '../secrets/index.ts'
import type { Throttle, Throttles } from '../throttle/index.ts'
import { dayMs } from './minute.ts'
import { createNotices, noticeQueue } from './notices.ts'
import * as store from './subscription-store.ts'

/** Subscriptions by mail. */
export type Subscriptions = {
  /** Has a link mailed that confirms the address, unless it is confirmed. */
  ask: (email: string) => Promise<void>
  /** @throws AppError invalid_token */
  confirm: (token: string) => Promise<void>
  /** Ends one with the token that its mails have, as often as it is asked to. @throws AppError invalid_token */
  end: (token: string) => Promise<void>
}

type SubscriptionsDeps = {
  db: Kysely<Tables>
  jobs: Pick<Jobs, 'enqueue' | 'work' | 'everyDay'>
  mail: MailService
  secrets: Pick<Secrets, 'hash'>
  throttles: Throttles
  /** Milliseconds since 1970. */
  now: () => number
}

/** By mailbox: strangers can name anybody's. */
const asking: Throttle = { name: 'status-subscription', max: 3, windowMs: dayMs }
const linkLifeMs = dayMs

const askedQueue = defineQueue({ name: 'status-subscribe', payload: z.object({ email: z.string() }) })
const sweepQueue = defineQueue({ name: 'status-clean-up', payload: z.object({}) })

/** Builds them, with the work that is done apart from the requests. */
export function createSubscriptions(deps: SubscriptionsDeps): Subscriptions {
  const { db, jobs, mail, now } = deps
  const tokens = endingTokens(deps.secrets)
  jobs.work(askedQueue, ({ email }) => mailLink(deps, email))
  jobs.work(noticeQueue, createNotices({ db, mail, tokenOf: tokens.tokenOf }))
  jobs.work(sweepQueue, () => store.deleteUnconfirmed(db, new Date(now())))
  jobs.everyDay(sweepQueue, { time: '03:55', payload: {} })

  return {
    ask: (email) => jobs.enqueue(db, askedQueue, { payload: { email } }),
    async confirm(token) {
      if (!(await store.confirmAsked(db, hashOfToken(token), new Date(now()))))
        throw new AppError('invalid_token')
    },
    async end(token) {
      const id = tokens.idOf(token)
      if (id === null) throw new AppError('invalid_token')
      await store.deleteSubscription(db, id)
    },
  }
}

async function mailLink({ db, mail, throttles, now }: SubscriptionsDeps, email: string): Promise<void> {
  if (!(await isWithin(throttles, email))) return
  const at = new Date(now())
  const expiresAt = new Date(at.getTime() + linkLifeMs)
  const { token, hash } = newToken()
  await db.transaction().execute(async (trx) => {
    const id = newId('statusSubscription', at.getTime())
    if (!(await store.putAsked(trx, { id, email, tokenHash: hash, at, expiresAt }))) return
    await mail.send(trx, {
      kind: 'status-subscription',
      to: email,
      path: `/status/confirm?token=${token}`,
      expiresAt,
    })
  })
}

async function isWithin(throttles: Throttles, email: string): Promise<boolean> {
  try {
    await throttles.take(asking, email)
    return true
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

/** Tokens that end a subscription: good as long as it lasts, and nothing that would have to be kept. */
function endingTokens({ hash }: Pick<Secrets, 'hash'>) {
  const sealOf = (id: string) => hash(`status-subscription ${id}`).toString('base64url')
  return {
    tokenOf: (id: string): string => `${id}.${sealOf(id)}`,
    idOf(token: string): string | null {
      const [id = '', seal = ''] = token.split('.')
      const [given, expected] = [Buffer.from(seal), Buffer.from(sealOf(id))]
      return given.length === expected.length && timingSafeEqual(given, expected) ? id : null
    },
  }
}
