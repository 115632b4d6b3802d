import { open } from 'node:fs/promises'
import { type FileType, recogniseType } from '../documents/index.ts'
import { AppError } from '../errors.ts'
import type { Received } from './receiving.ts'

export type { FileType }

/** As much as any format needs to be known by. */
const headBytes = 65_536

/** What a file is by its bytes. @throws AppError unsupported_media_type, invalid_request where it is empty */
export async function recogniseFile({ path, name, bytes }: Received): Promise<FileType> {
  if (bytes === 0) throw new AppError('invalid_request', { message: `“${name}” is empty.`, param: name })
  const type = await recogniseType(await headOf(path), name)
  if (type) return type
  throw new AppError('unsupported_media_type', {
    message: `“${name}” is of no type that is taken here: pictures (PNG, JPG, GIF, WebP, SVG), documents (PDF, DOC, DOCX, TXT, RTF), data (CSV, JSON, XML, XLSX), code, and videos (MP4, WebM, MOV).`,
    param: name,
  })
}

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
