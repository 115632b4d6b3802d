import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Done, exactText, instant } from './text.ts'

/** What the portal takes at most. */
export const fileLimits = {
  /** Bytes of one file. */
  bytesMax: 50 * 1024 * 1024,
  /** Files of one message. */
  attachmentsMax: 5,
} as const

export const FileKind = z.enum(['image', 'document', 'data', 'code', 'video'])
export type FileKind = z.infer<typeof FileKind>

/** What is to be known of the reading of a file. */
export const FileNote = z.enum([
  'scanned',
  'truncated',
  'encrypted',
  'damaged',
  'too_large',
  'took_too_long',
  'by_name_only',
])
export type FileNote = z.infer<typeof FileNote>

export const StoredFile = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string().describe('The media type that its bytes show.'),
  size: z.number().describe('In bytes.'),
  kind: FileKind,
  url: z.string().describe('Where its bytes are, for its owner.'),
  thumbnailUrl: z.string().nullable(),
  status: z.enum(['reading', 'ready', 'failed']).describe('Whether models can be told what is in it.'),
  note: FileNote.nullable().describe('What is to be known of what was read, or why nothing was.'),
  pages: z.number().nullable(),
  durationMs: z.number().nullable(),
  createdAt: instant,
})
export type StoredFile = z.infer<typeof StoredFile>

/** A file as a message names it; what of it is gone is null. */
export const Attachment = StoredFile.omit({ id: true, createdAt: true, kind: true }).extend({
  id: z.string().nullable().describe('Null where the file was deleted.'),
  url: StoredFile.shape.url.nullable(),
  status: z.enum([...StoredFile.shape.status.options, 'deleted']),
})
export type Attachment = z.infer<typeof Attachment>

/** A file of the caller's as an upload answered it, or a part of that: its id or its url says which it is. */
export const AttachmentGiven = z.strictObject(StoredFile.partial().shape)
export type AttachmentGiven = z.infer<typeof AttachmentGiven>

export const Attachments = z.array(AttachmentGiven).max(fileLimits.attachmentsMax)

/** How much an organisation stores. */
export const StorageUse = z.object({
  usedBytes: z.number(),
  limitBytes: z.number().nullable().describe('Null is no limit.'),
})
export type StorageUse = z.infer<typeof StorageUse>

const tag = 'Files'
const FileParams = z.strictObject({ fileId: z.string() })
const mine = ['not_found'] as const
const uploadErrors = [
  'body_too_large',
  'unsupported_media_type',
  'plan_limit_reached',
  'request_timeout',
] as const

export const fileEndpoints = {
  listFiles: endpoint({
    method: 'GET',
    path: '/api/files',
    tag,
    summary: 'Your files, the newest first.',
    scope: 'read',
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.string().max(200).optional().describe('The nextCursor of the page before.'),
      search: exactText(200).optional().describe('A part of the name.'),
    }),
    output: z.object({
      data: z.array(StoredFile),
      nextCursor: z.string().nullable(),
      storage: StorageUse,
    }),
    status: 200,
    errors: [],
  }),
  uploadFile: endpoint({
    method: 'POST',
    path: '/api/files/upload',
    tag,
    summary: 'Store one file of at most 50 MiB.',
    scope: 'write',
    feature: 'uploads',
    form: z.object({ file: z.file() }),
    output: StoredFile,
    status: 201,
    errors: uploadErrors,
  }),
  uploadAttachments: endpoint({
    method: 'POST',
    path: '/api/chat/attachments',
    tag: 'Chat',
    summary: 'Store up to five files of at most 50 MiB each, for messages; all of them or none.',
    scope: 'write',
    feature: 'uploads',
    form: z.object({ files: z.array(z.file()).max(fileLimits.attachmentsMax) }),
    output: z.object({ attachments: z.array(StoredFile) }),
    status: 201,
    errors: uploadErrors,
  }),
  getFile: endpoint({
    method: 'GET',
    path: '/api/files/:fileId',
    tag,
    summary: 'What is known of a file.',
    scope: 'read',
    params: FileParams,
    output: StoredFile,
    status: 200,
    errors: mine,
  }),
  readFile: endpoint({
    method: 'GET',
    path: '/api/files/:fileId/content',
    tag,
    summary: 'Its bytes, or the part that a Range header names.',
    scope: 'read',
    params: FileParams,
    output: z.string(),
    mediaType: 'application/octet-stream',
    status: 200,
    errors: mine,
  }),
  readThumbnail: endpoint({
    method: 'GET',
    path: '/api/files/:fileId/thumbnail',
    tag,
    summary: 'A small picture of it, where there is one.',
    scope: 'read',
    params: FileParams,
    output: z.string(),
    mediaType: 'image/webp',
    status: 200,
    errors: mine,
  }),
  deleteFile: endpoint({
    method: 'DELETE',
    path: '/api/files/:fileId',
    tag,
    summary: 'Delete a file for good; messages that name it keep its name.',
    scope: 'write',
    params: FileParams,
    output: Done,
    status: 200,
    errors: mine,
  }),
}
