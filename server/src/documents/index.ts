export { type FileType, recogniseType } from './file-type.ts'
export { createDocumentReader, type DocumentReader } from './reader.ts'
export type { Passage, ReadFailure, Reading } from './reading.ts'
