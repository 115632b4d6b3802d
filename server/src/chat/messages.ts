import {
  type ChatMessage,
  type CreateChatMessage,
  isId,
  newId,
  ratingOf,
  type UpdateChatMessage,
} from '@portal/contract'
import { AppError } from '../errors.ts'
import { estimateTextTokens } from '../tokens/index.ts'
import { attachFiles } from './attachments.ts'
import type { ChatDeps } from './deps.ts'
import * as store from './message-store.ts'
import { lockSession, type Owner, updateSession } from './session-store.ts'

/** The messages of people's chats. */
export type ChatMessages = {
  /** @throws AppError session_not_found, not_found for the parent or a file */
  create: (owner: Owner, given: CreateChatMessage) => Promise<ChatMessage>
  /** @throws AppError not_found, conflict while it is being made */
  update: (owner: Owner, id: string, changes: UpdateChatMessage) => Promise<ChatMessage>
  /** @throws AppError not_found, conflict where it is no answer */
  rate: (owner: Owner, id: string, rating: Rating) => Promise<1 | 0 | -1>
}

type Rating = { rating: 'up' | 'down' | 'none'; reason: string | null }

/** Builds them. */
export function createMessages({ db, files, now }: ChatDeps): ChatMessages {
  async function requireOwn(owner: Owner, id: string): Promise<store.MessageRow> {
    const row = isId('message', id) && (await store.findOwnMessage(db, owner, id))
    if (!row) throw new AppError('not_found', { message: 'There is no such message.' })
    return row
  }
  async function get(id: string): Promise<ChatMessage> {
    const row = await store.findMessage(db, id)
    if (!row) throw new AppError('not_found', { message: 'There is no such message.' })
    return store.messageOf(row)
  }

  return {
    async create(owner, { sessionId, role, content, model, parentId, attachments }) {
      const id = await db.transaction().execute(async (trx) => {
        const session = isId('chat', sessionId) && (await lockSession(trx, owner, sessionId))
        if (!session) throw new AppError('session_not_found', { param: 'sessionId' })
        const parent_id = parentId === undefined ? session.leaf_id : parentId
        await requireParent(trx, parent_id, sessionId)
        await requireSpace(trx, sessionId)
        const at = new Date(now())
        const made = newId('message', at.getTime())
        await store.insertMessage(trx, {
          ...{ id: made, session_id: sessionId, parent_id, role, content, model, created_at: at },
          ...{ status: 'complete', total_tokens: estimatedTokens(content), tokens_estimated: true },
        })
        await attachFiles(trx, files, { owner, messageId: made, given: attachments })
        await updateSession(trx, { owner, id: sessionId }, { leaf_id: made, updated_at: at })
        return made
      })
      return get(id)
    },
    async update(owner, id, { content, video }) {
      const { status, session_id, content: before } = await requireOwn(owner, id)
      if (status === 'running')
        throw new AppError('conflict', {
          message: 'This answer is being made. Stop it, or wait for its end.',
        })
      const changed = {
        ...(content !== undefined && {
          ...{ content, total_tokens: estimatedTokens(content), tokens_estimated: true },
        }),
        ...(video !== undefined && { video: video && JSON.stringify(video) }),
      }
      if (Object.keys(changed).length > 0)
        await db.transaction().execute(async (trx) => {
          await lockSession(trx, owner, session_id)
          if (content !== undefined && Buffer.byteLength(content) > Buffer.byteLength(before))
            await requireSpace(trx, session_id)
          await store.updateMessage(trx, id, changed)
        })
      return get(id)
    },
    async rate(owner, id, { rating, reason }) {
      const { role } = await requireOwn(owner, id)
      if (role !== 'assistant') throw new AppError('conflict', { message: 'Only answers are rated.' })
      const given = ratingOf(rating)
      await store.updateMessage(db, id, { rating: given, rating_reason: given === 0 ? null : reason })
      return given
    },
  }
}

/** What a text takes of a model's context, as far as can be said without its tokenizer. */
export const estimatedTokens = (content: string): number =>
  estimateTextTokens(content.length, Buffer.byteLength(content))

const messagesMax = 10_000
const bytesMax = 20 * 1024 ** 2

/** A chat is read as a whole. @throws AppError conflict where it holds as much as it may */
export async function requireSpace(trx: ChatDeps['db'], sessionId: string): Promise<void> {
  const { messages, bytes } = await store.sizeOf(trx, sessionId)
  if (messages < messagesMax && bytes < bytesMax) return
  throw new AppError('conflict', { message: 'This chat is full. Go on in a new one.' })
}

/** @throws AppError not_found where a message's parent is not one of its session */
export async function requireParent(
  trx: ChatDeps['db'],
  parentId: string | null,
  sessionId: string,
): Promise<void> {
  if (parentId === null) return
  if (isId('message', parentId) && (await store.isInSession(trx, parentId, sessionId))) return
  throw new AppError('not_found', { message: 'There is no such message in this chat.', param: 'parentId' })
}
