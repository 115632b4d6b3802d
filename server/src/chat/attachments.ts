// Files that messages name: their owner's own, at most five each.
import { type Attachment, type AttachmentGiven, type FileNote, isId } from '@portal/contract'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { contentUrl, type Files, thumbnailUrl } from '../files/index.ts'
import type { Owner } from './session-store.ts'

/** A message's files as `attachmentsColumn` reads them. */
type Row = {
  id: string | null
  name: string
  type: string
  size: number
  status: Attachment['status'] | null
  note: FileNote | null
  pages: number | null
  durationMs: number | null
  hasThumbnail: boolean | null
}

/** The files of a row of `chat_messages`, as JSON; see `attachmentsOf`. */
export const attachmentsColumn = sql<unknown>`(
  select jsonb_agg(jsonb_build_object(
    'id', file.id, 'name', named.name, 'type', named.media_type, 'size', named.bytes, 'status', file.status,
    'note', file.note, 'pages', file.pages, 'durationMs', file.duration_ms, 'hasThumbnail', file.has_thumbnail
  ) order by named.position)
  from message_attachments named left join files file on file.id = named.file_id
  where named.message_id = chat_messages.id
)`

/** Them as their owner sees them. */
export const attachmentsOf = (column: unknown): Attachment[] =>
  ((column ?? []) as Row[]).map(({ hasThumbnail, status, ...file }) => ({
    ...file,
    status: status ?? 'deleted',
    url: file.id === null ? null : contentUrl(file.id),
    thumbnailUrl: file.id !== null && hasThumbnail ? thumbnailUrl(file.id) : null,
  }))

type Attaching = { owner: Owner; messageId: string; given: readonly AttachmentGiven[] }

/** Names files in a message. @throws AppError not_found for files that are not the owner's */
export async function attachFiles(
  trx: Kysely<Tables>,
  files: Pick<Files, 'claim'>,
  { owner, messageId, given }: Attaching,
): Promise<void> {
  if (given.length === 0) return
  const ids = [...new Set(given.map(idOf))]
  const claimed = await files.claim(trx, owner, ids)
  await trx
    .insertInto('message_attachments')
    .values(
      claimed.map((file, position) => ({
        ...{ message_id: messageId, position, file_id: file.id },
        ...{ name: file.name, media_type: file.media_type, bytes: file.bytes },
      })),
    )
    .execute()
}

function idOf({ id, url }: AttachmentGiven): string {
  const named = id ?? /^(?:https?:\/\/[^/]+)?\/api\/files\/(fil_\w+)\/content$/.exec(url ?? '')?.[1]
  if (named !== undefined && isId('file', named)) return named
  throw new AppError('not_found', {
    message: 'Upload the file first, and name it by the id or the url of the answer.',
    param: 'attachments',
  })
}
