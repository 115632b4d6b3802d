export { contentUrl, type FileRow, thumbnailUrl } from './file-store.ts'
export { createFiles, type Files } from './files.ts'
export type { Excerpt } from './passages.ts'
export { mountFiles } from './routes.ts'
