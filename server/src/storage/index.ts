export { createFolderStore, syncFolder } from './folder-store.ts'
export type { ByteRange, ObjectStore } from './object-store.ts'
export { createS3Store, type S3Settings } from './s3-store.ts'
