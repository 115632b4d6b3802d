export { type DemoDocument, loadDocuments } from './documents.ts'
export { createDemoModel, type DemoModel, type DemoModelOptions, type DemoResponse } from './model.ts'
