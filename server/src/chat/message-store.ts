import { type ChatMessage, Video } from '@portal/contract'
import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { Tables } from '../db/index.ts'
import { attachmentsColumn, attachmentsOf } from './attachments.ts'
import type { Owner } from './session-store.ts'
import { toolCallsOf } from './tool-calls.ts'

type Db = Kysely<Tables>

/**
 * Messages with their generations. What of an answer under way was committed is its text: read in one statement with
 * the number of its last event, so that a reader goes on exactly after it.
 */
const messages = (db: Db) =>
  db
    .selectFrom('chat_messages')
    .leftJoin('chat_generations', 'chat_generations.message_id', 'chat_messages.id')
    .leftJoinLateral(
      (query) =>
        query
          .selectFrom('chat_generation_events')
          .whereRef('generation_id', '=', 'chat_generations.id')
          .where('chat_generations.status', '=', 'running')
          .select([
            sql<
              string | null
            >`string_agg(event ->> 'text', '' order by seq) filter (where event ->> 'type' = 'text')`.as(
              'text_so_far',
            ),
            sql<
              string | null
            >`string_agg(event ->> 'text', '' order by seq) filter (where event ->> 'type' = 'reasoning')`.as(
              'reasoning_so_far',
            ),
            sql<number | null>`max(seq)`.as('last_seq'),
          ])
          .as('log'),
      (join) => join.onTrue(),
    )
    .selectAll('chat_messages')
    .select(['chat_generations.id as generation_id', 'text_so_far', 'reasoning_so_far', 'last_seq'])
    .select(attachmentsColumn.as('attachments'))

export type MessageRow = Selectable<Tables['chat_messages']> & {
  generation_id: string | null
  text_so_far: string | null
  reasoning_so_far: string | null
  last_seq: number | null
  attachments: unknown
}

/** All messages of a session, oldest first. */
export const listMessages = (db: Db, sessionId: string): Promise<MessageRow[]> =>
  messages(db).where('chat_messages.session_id', '=', sessionId).orderBy('chat_messages.id').execute()

/** The ids from a message up to the first one, with how far up each stands: to be joined. */
const branchUpFrom = (leafId: string) =>
  sql<{ id: string; depth: number }>`(
    with recursive branch (id, parent_id, depth) as (
      select id, parent_id, 0 from chat_messages where id = ${leafId}
      union all
      select above.id, above.parent_id, branch.depth + 1
      from branch join chat_messages above on above.id = branch.parent_id
    )
    select id, depth from branch
  )`.as('branch')

/** The messages from the first one down to a message. */
export const listBranchMessages = (db: Db, leafId: string): Promise<MessageRow[]> =>
  messages(db)
    .innerJoin(branchUpFrom(leafId), 'branch.id', 'chat_messages.id')
    .orderBy('branch.depth', 'desc')
    .execute()

export const findMessage = (db: Db, id: string): Promise<MessageRow | undefined> =>
  messages(db).where('chat_messages.id', '=', id).executeTakeFirst()

/** A message of a session of the owner's that is not in the trash. */
export const findOwnMessage = (db: Db, owner: Owner, id: string): Promise<MessageRow | undefined> =>
  messages(db)
    .innerJoin('chat_sessions', 'chat_sessions.id', 'chat_messages.session_id')
    .where('chat_messages.id', '=', id)
    .where('chat_sessions.user_id', '=', owner.userId)
    .where('chat_sessions.organisation_id', '=', owner.organisationId)
    .where('chat_sessions.deleted_at', 'is', null)
    .executeTakeFirst()

export const isInSession = async (db: Db, id: string, sessionId: string): Promise<boolean> => {
  const row = await db
    .selectFrom('chat_messages')
    .select('id')
    .where('id', '=', id)
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  return row !== undefined
}

/** The newest end below a message, itself where nothing follows it. */
export async function findLeafBelow(db: Db, id: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    with recursive below (id, depth) as (
      select ${id}::text, 0
      union all
      select child.id, below.depth + 1
      from below
      cross join lateral (
        select id from chat_messages where parent_id = below.id order by id desc limit 1
      ) child
    )
    select id from below order by depth desc limit 1`.execute(db)
  return rows[0]?.id ?? id
}

export type BranchRow = Pick<MessageRow, 'role' | 'content'> & { fileIds: string[] }

/** What was said from the first message down to a message, and nothing else of it. */
export const listBranch = (db: Db, leafId: string): Promise<BranchRow[]> =>
  db
    .selectFrom('chat_messages')
    .innerJoin(branchUpFrom(leafId), 'branch.id', 'chat_messages.id')
    .select(['role', 'content'])
    .select(
      sql<string[]>`array(
        select file_id from message_attachments named
        where named.message_id = chat_messages.id and file_id is not null order by position
      )`.as('fileIds'),
    )
    .orderBy('branch.depth', 'desc')
    .execute()

type AnswerRow = Pick<MessageRow, 'id' | 'content' | 'tool_calls' | 'total_tokens'>

/** A whole answer, held until the transaction ends. */
export const lockAnswer = (trx: Db, id: string): Promise<AnswerRow | undefined> =>
  trx
    .selectFrom('chat_messages')
    .select(['id', 'content', 'tool_calls', 'total_tokens'])
    .where('id', '=', id)
    .where('role', '=', 'assistant')
    .where('status', '=', 'complete')
    .forUpdate()
    .executeTakeFirst()

/** How many messages a session has, and the bytes of their texts. */
export const sizeOf = (db: Db, sessionId: string): Promise<{ messages: number; bytes: number }> =>
  db
    .selectFrom('chat_messages')
    .where('session_id', '=', sessionId)
    .select([
      sql<number>`count(*)::int`.as('messages'),
      sql<number>`coalesce(sum(octet_length(content) + octet_length(coalesce(reasoning, ''))
        + case tool_calls when '[]' then 0 else octet_length(tool_calls::text) end), 0)::float8`.as('bytes'),
    ])
    .executeTakeFirstOrThrow()

export const insertMessage = (db: Db, row: Insertable<Tables['chat_messages']>): Promise<unknown> =>
  db.insertInto('chat_messages').values(row).execute()

export const updateMessage = (
  db: Db,
  id: string,
  changes: Updateable<Tables['chat_messages']>,
): Promise<unknown> => db.updateTable('chat_messages').set(changes).where('id', '=', id).execute()

/** A message as its owner sees it. */
export const messageOf = (row: MessageRow): ChatMessage => ({
  id: row.id,
  sessionId: row.session_id,
  parentId: row.parent_id,
  role: row.role,
  content: row.text_so_far ?? row.content,
  reasoning: row.reasoning_so_far ?? row.reasoning,
  model: row.model,
  status: row.status,
  fault: row.fault_code === null ? null : { code: row.fault_code, message: row.fault_message ?? '' },
  omittedMessages: row.omitted_messages,
  attachments: attachmentsOf(row.attachments),
  toolCalls: toolCallsOf(row.tool_calls),
  totalTokens: row.total_tokens,
  tokensEstimated: row.tokens_estimated,
  rating: row.rating > 0 ? 1 : row.rating < 0 ? -1 : 0,
  ratingReason: row.rating_reason,
  video: row.video === null ? null : Video.parse(row.video),
  generationId: row.generation_id,
  seq: row.last_seq ?? 0,
  createdAt: row.created_at.toISOString(),
})
