import { fileEndpoints, type StoredFile } from '@portal/contract'
import { ApiError, apiErrorFrom, call, unreachable } from '../api/index.ts'

type UploadOptions = {
  /** Gets the share that was sent, from 0 to 1. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

/**
 * Stores a file for a message; `fetch` cannot say how far it is.
 * @throws ApiError what the server answered, or `unreachable`; AbortError after `signal`
 */
export function uploadAttachment(file: File, { onProgress, signal }: UploadOptions): Promise<StoredFile> {
  const form = new FormData()
  form.append('files', file, file.name)
  const { method, path } = fileEndpoints.uploadAttachments
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, path)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(signal.reason)
    request.onload = () => resolve(storedFrom(request))
    signal.addEventListener('abort', () => request.abort())
    request.send(form)
  })
}

/** @throws ApiError what the server answered, or `unreachable` where something else did */
async function storedFrom({ status, responseText }: XMLHttpRequest): Promise<StoredFile> {
  const answer = new Response(responseText, { status: status || 502 })
  if (status !== 201) throw await apiErrorFrom(answer)
  const body: unknown = await answer.json().catch(() => null)
  const [stored] = fileEndpoints.uploadAttachments.output.safeParse(body).data?.attachments ?? []
  if (!stored) throw unreachable()
  return stored
}

const looksMax = 40
const lookEveryMs = 500

/**
 * The file once the server has read it, or as it is known after a while.
 * @throws ApiError what the server answered, but for what may pass
 */
export async function whenRead({ id: fileId }: StoredFile): Promise<StoredFile> {
  for (let look = 1; ; look++) {
    const known = await call(fileEndpoints.getFile, { params: { fileId } }).catch((error: unknown) => {
      if (error instanceof ApiError && error.isPassing && look < looksMax) return null
      throw error
    })
    if (known && (known.status !== 'reading' || look >= looksMax)) return known
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
