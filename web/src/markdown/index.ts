export { Bare, Markdown, type MarkdownKit } from './markdown.tsx'
export { ModelText } from './model-text.tsx'
