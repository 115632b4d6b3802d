export { Folding } from './folding.ts'
export { lastCodeOf } from './lazy-last-code.ts'
export { ModelText } from './lazy-model-text.tsx'
export { Bare, Markdown, type MarkdownKit } from './markdown.tsx'
