import {
  type ChatMatch,
  type ChatMessage,
  type ChatSession,
  type ChatTag,
  type CreateChatSession,
  isId,
  type ListChatSessions,
  newId,
  type UpdateChatSession,
} from '@portal/contract'
import { AppError } from '../errors.ts'
import { wrongCursor } from '../http/index.ts'
import { requireModel } from '../models/index.ts'
import type { ChatDeps } from './deps.ts'
import * as messages from './message-store.ts'
import { searchChats } from './search.ts'
import * as store from './session-store.ts'

type Owner = store.Owner

/** People's chats. Another's is not found, like one that is not there. */
export type ChatSessions = {
  list: (owner: Owner, query: ListChatSessions) => Promise<{ data: Listed[]; nextCursor: string | null }>
  /** The tags of those that are not in the trash. */
  listTags: (owner: Owner) => Promise<ChatTag[]>
  /** @throws AppError model_not_found */
  create: (owner: Owner, given: CreateChatSession) => Promise<ChatSession>
  get: (owner: Owner, id: string) => Promise<ChatSession>
  /** @throws AppError not_found, model_not_found */
  update: (owner: Owner, id: string, changes: UpdateChatSession) => Promise<ChatSession>
  /** Moves it to the trash, or deletes it for good. */
  remove: (owner: Owner, id: string, options: { purge: boolean }) => Promise<void>
  restore: (owner: Owner, id: string) => Promise<ChatSession>
  listMessages: (owner: Owner, id: string) => Promise<ChatMessage[]>
  /** Those of the branch in use, from the first one on. @throws AppError not_found */
  listBranch: (owner: Owner, id: string) => Promise<ChatMessage[]>
}

type Listed = ChatSession & { match: ChatMatch | null }

/** What a session is called until it has a title. */
export const untitled = 'New chat'

export const noSuchChat = (): AppError => new AppError('not_found', { message: 'There is no such chat.' })

/** Builds them. `stopAll` ends what runs in a session. */
export function createSessions(
  { db, files, models, now }: ChatDeps,
  { stopAll }: { stopAll: (sessionId: string) => Promise<void> },
): ChatSessions {
  async function get(owner: Owner, id: string): Promise<ChatSession> {
    const row = isId('chat', id) && (await store.findSession(db, owner, id))
    if (!row) throw noSuchChat()
    return store.sessionOf(row)
  }

  return {
    get,
    list: (owner, query) => listPage(db, owner, query),
    listTags: (owner) => store.listTags(db, owner),
    async create(owner, { title, model, temperature, instructions, tags }) {
      if (model !== null) requireModel(models, model)
      const at = new Date(now())
      const id = newId('chat', at.getTime())
      await store.insertSession(db, {
        ...{ id, organisation_id: owner.organisationId, user_id: owner.userId, model, temperature },
        ...{ title: title ?? untitled, titled_by: title === undefined ? 'nobody' : 'person' },
        ...{ instructions, tags, pinned: false, archived: false, leaf_id: null },
        ...{ created_at: at, updated_at: at, deleted_at: null },
      })
      return get(owner, id)
    },
    async update(owner, id, { leafId, title, ...changes }) {
      await get(owner, id)
      if (changes.model != null) requireModel(models, changes.model)
      const leaf_id = leafId === undefined ? undefined : await leafFor(db, id, leafId)
      const changed = {
        ...changes,
        ...(title !== undefined && { title, titled_by: 'person' as const }),
        ...(leaf_id !== undefined && { leaf_id }),
      }
      if (Object.keys(changed).length > 0) await store.updateSession(db, { owner, id }, changed)
      return get(owner, id)
    },
    async remove(owner, id, { purge }) {
      const { deletedAt } = await get(owner, id)
      // What begins from now on finds no chat; what has begun is stopped.
      if (deletedAt === null) await store.updateSession(db, { owner, id }, { deleted_at: new Date(now()) })
      await stopAll(id)
      if (!purge) return
      await store.deleteSession(db, id)
      await files.deleteUnnamed(owner)
    },
    async restore(owner, id) {
      await get(owner, id)
      await store.updateSession(db, { owner, id }, { deleted_at: null })
      return get(owner, id)
    },
    async listMessages(owner, id) {
      await get(owner, id)
      return (await messages.listMessages(db, id)).map(messages.messageOf)
    },
    async listBranch(owner, id) {
      const { leafId } = await get(owner, id)
      return leafId === null ? [] : (await messages.listBranchMessages(db, leafId)).map(messages.messageOf)
    },
  }
}

/** @throws AppError not_found */
async function leafFor(db: ChatDeps['db'], sessionId: string, messageId: string): Promise<string> {
  const isThere = isId('message', messageId) && (await messages.isInSession(db, messageId, sessionId))
  if (isThere) return messages.findLeafBelow(db, messageId)
  throw new AppError('not_found', { message: 'There is no such message in this chat.', param: 'leafId' })
}

async function listPage(
  db: ChatDeps['db'],
  owner: Owner,
  { limit, cursor, show, tag: tags, search }: ListChatSessions,
) {
  if (search !== undefined)
    return { data: await searchChats(db, owner, { search, tags, limit }), nextCursor: null }
  const after = cursor === undefined ? null : placeOf(cursor)
  const rows = await store.listSessions(db, owner, { show, tags, after, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    data: page.map((row) => ({ ...store.sessionOf(row), match: null })),
    nextCursor: rows.length > limit && last ? cursorOf(last) : null,
  }
}

const cursorOf = ({ pinned, deleted_at, updated_at, id }: store.SessionRow): string =>
  `${pinned && !deleted_at ? 'p' : ''}${updated_at.getTime()}-${id}`

/** @throws AppError invalid_request */
function placeOf(cursor: string): { pinned: boolean; usedAt: Date; id: string } {
  const [, pin, ms, id = ''] = /^(p?)(\d{1,15})-(.+)$/.exec(cursor) ?? []
  if (isId('chat', id)) return { pinned: pin === 'p', usedAt: new Date(Number(ms)), id }
  throw wrongCursor()
}
