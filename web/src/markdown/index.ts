export { ModelText } from './lazy-model-text.tsx'
export { Bare, Markdown, type MarkdownKit } from './markdown.tsx'
