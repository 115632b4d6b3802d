import { fileEndpoints, fileLimits } from '@portal/contract'
import type { Mount } from '../http/index.ts'
import type { Files } from './files.ts'

/** Mounts files, and what is uploaded for messages. */
export function mountFiles(mount: Mount, files: Files): void {
  mount(fileEndpoints.listFiles, ({ principal, query }) => files.list(principal, query))
  mount(fileEndpoints.uploadFile, async ({ principal, caller }) => {
    const [file] = await files.upload(principal, caller.req, { filesMax: 1, forMessages: false })
    if (!file) throw new Error('An upload without a file was taken.')
    return file
  })
  mount(fileEndpoints.uploadAttachments, async ({ principal, caller }) => {
    const filesMax = fileLimits.attachmentsMax
    return { attachments: await files.upload(principal, caller.req, { filesMax, forMessages: true }) }
  })
  mount(fileEndpoints.getFile, ({ principal, params }) => files.get(principal, params.fileId))
  mount(fileEndpoints.readFile, ({ principal, params, headers }) =>
    files.content(principal, params.fileId, headers),
  )
  mount(fileEndpoints.readThumbnail, ({ principal, params, headers }) =>
    files.thumbnail(principal, params.fileId, headers),
  )
  mount(fileEndpoints.deleteFile, async ({ principal, params }) => {
    await files.remove(principal, params.fileId)
    return { success: true as const }
  })
}
