// Somebody with files, over HTTP.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Attachment, StoredFile } from '@portal/contract'
import type { Portal } from '../test/index.ts'
import { eventually } from '../test/index.ts'

type Content = string | Uint8Array<ArrayBuffer>
export type AFile = { name: string; content: Content; type?: string }

/** The smallest picture there is: one pixel. */
export const pixel = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)

/** A form with files, as browsers send it. */
export function formOf(files: readonly AFile[], field = 'file'): FormData {
  const form = new FormData()
  for (const { name, content, type } of files)
    form.append(field, new Blob([content], { ...(type && { type }) }), name)
  return form
}

export const fixture = async (path: string): Promise<AFile> => ({
  name: basename(path),
  content: new Uint8Array(await readFile(path)),
})

/** Somebody's calls about files, by a key. */
export function filesOf({ url }: Pick<Portal, 'url'>, key: string) {
  const headers = { authorization: `Bearer ${key}` }
  const send = async (method: string, path: string, body?: FormData) => {
    const response = await fetch(`${url}/api${path}`, { method, headers, ...(body && { body }) })
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    return { status: response.status, body: (await response.json()) as any }
  }
  const upload = (...files: AFile[]) => send('POST', '/files/upload', formOf(files))
  const attach = (...files: AFile[]) => send('POST', '/chat/attachments', formOf(files, 'files'))
  return {
    send,
    upload,
    attach,
    /** One that was stored and read. */
    async aFile(file: AFile): Promise<StoredFile> {
      const { body } = await upload(file)
      return this.read(body)
    },
    async attachments(...files: AFile[]): Promise<Attachment[]> {
      const { body } = await attach(...files)
      return body.attachments
    },
    /** Waits until a file was read. */
    read: ({ id }: { id: string | null }): Promise<StoredFile> =>
      eventually(async () => {
        const { body } = await send('GET', `/files/${id}`)
        if (body.status === 'reading') throw new Error('It is being read.')
        return body
      }, 40_000),
    list: async (query = ''): Promise<{ data: StoredFile[]; nextCursor: string | null; storage: object }> =>
      (await send('GET', `/files${query}`)).body,
    get: (path: string, more: Record<string, string> = {}) =>
      fetch(url + path, { headers: { ...headers, ...more } }),
  }
}
