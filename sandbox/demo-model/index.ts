export { type DemoDocument, loadDocuments } from './documents.ts'
export { createDemoModel, type DemoModel, type DemoResponse } from './model.ts'
