import { createDocumentReader, type DocumentReader } from '../documents/index.ts'
import { createPictures, createVideos, type Pictures, type Videos } from '../pictures/index.ts'
import type { FilesDeps } from './deps.ts'

/** What reads files, each in a process of its own. */
export type Readers = {
  documents: DocumentReader
  pictures: Pictures
  videos: Videos
  close: () => Promise<void>
}

/** Creates them. */
export function createReaders({ log }: Pick<FilesDeps, 'log'>): Readers {
  const documents = createDocumentReader({ log })
  const pictures = createPictures({ log })
  const videos = createVideos()
  return {
    ...{ documents, pictures, videos },
    async close() {
      videos.close()
      await Promise.all([documents.close(), pictures.close()])
    },
  }
}
