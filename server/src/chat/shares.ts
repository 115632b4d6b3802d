// Chats for other eyes: links to a snapshot, and files.
import { randomBytes } from 'node:crypto'
import {
  type ChatMessage,
  type ChatShare,
  isId,
  newId,
  type SharedChat,
  type SharedMessage,
} from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/index.ts'
import { networkOf, type Throttle } from '../throttle/index.ts'
import type { ChatDeps } from './deps.ts'
import { listBranchMessages, messageOf } from './message-store.ts'
import { findSession, lockSession, type Owner } from './session-store.ts'
import { noSuchChat } from './sessions.ts'
import * as store from './share-store.ts'

/** Links to snapshots of chats. */
export type ChatShares = {
  /** @throws AppError not_found, conflict where there is nothing to show, or too many show it */
  create: (owner: Owner, sessionId: string) => Promise<ChatShare>
  list: (owner: Owner) => Promise<ChatShare[]>
  /** @throws AppError not_found */
  remove: (owner: Owner, id: string) => Promise<void>
  /** Counts whoever tries a link, by network. @throws AppError rate_limit_exceeded */
  countReading: (caller: Caller) => Promise<void>
  /** For whoever has the link. @throws AppError not_found */
  read: (token: string) => Promise<SharedChat>
}

const reading: Throttle = { name: 'chat-share', max: 120, windowMs: 60_000 }
const tokenBytes = 18
const linksMax = 20
const isToken = /^[\w-]{24}$/

/** Builds them. `publicUrl` is where links lead. */
export function createShares({ db, throttles, now, publicUrl }: ChatDeps): ChatShares {
  const shareOf = (row: store.ShareRow): ChatShare => ({
    id: row.id,
    sessionId: row.session_id,
    title: row.title,
    url: `${publicUrl()}/share/${row.token}`,
    messageCount: row.message_count,
    createdAt: row.created_at.toISOString(),
  })

  return {
    async create(owner, sessionId) {
      const session = isId('chat', sessionId) && (await findSession(db, owner, sessionId))
      if (!session || session.deleted_at !== null) throw noSuchChat()
      const branch = session.leaf_id === null ? [] : await listBranchMessages(db, session.leaf_id)
      const messages = branch.map(messageOf).filter(isShown).map(sharedMessageOf)
      if (messages.length === 0) throw new AppError('conflict', { message: 'There is nothing to share yet.' })
      const at = new Date(now())
      const row = {
        ...{ id: newId('share', at.getTime()), session_id: sessionId, title: session.title },
        ...{ token: randomBytes(tokenBytes).toString('base64url'), message_count: messages.length },
        ...{ messages: JSON.stringify(messages), created_at: at },
      }
      await db.transaction().execute(async (trx) => {
        // Two at once would both be the last.
        if (!(await lockSession(trx, owner, sessionId))) throw noSuchChat()
        await requirePlace(trx, sessionId)
        await store.insertShare(trx, row)
      })
      return shareOf(row)
    },
    list: async (owner) => (await store.listOwnShares(db, owner)).map(shareOf),
    async remove(owner, id) {
      const isGone = isId('share', id) && (await store.deleteOwnShare(db, owner, id))
      if (!isGone) throw new AppError('not_found', { message: 'There is no such link.' })
    },
    countReading: ({ address }) => throttles.take(reading, networkOf(address)),
    async read(token) {
      const row = isToken.test(token) ? await store.findShareByToken(db, token) : undefined
      if (!row) {
        throw new AppError('not_found', { message: 'This link leads nowhere: it was revoked, or never was.' })
      }
      const messages = store.sharedMessagesOf(row)
      return { title: row.title, messages, createdAt: row.created_at.toISOString() }
    },
  }
}

/** @throws AppError conflict */
async function requirePlace(trx: ChatDeps['db'], sessionId: string): Promise<void> {
  if ((await store.countShares(trx, sessionId)) < linksMax) return
  throw new AppError('conflict', {
    message: `A chat has at most ${linksMax} links. Revoke one that nobody needs.`,
  })
}

/** What is being made is not part of a snapshot, nor what came to nothing. */
const isShown = ({ status, role, content, attachments }: ChatMessage): boolean =>
  role !== 'system' && status !== 'running' && (content.trim() !== '' || attachments.length > 0)

const sharedMessageOf = ({
  role,
  content,
  model,
  status,
  createdAt,
  attachments,
}: ChatMessage): SharedMessage => ({
  ...{ role, content, model, status, createdAt },
  attachments: attachments.map(({ name }) => name),
})
