export { createDemoModel, loadDocuments } from './demo-model/index.ts'
export { createMailbox } from './mailbox/index.ts'
export { startTranscription } from './transcription/index.ts'
export { startUpstream } from './upstream/index.ts'
