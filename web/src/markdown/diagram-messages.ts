/** What the page has drawn; `title` is its name for screen readers. */
export type DiagramQuestion = { source: string; title: string; theme: 'light' | 'dark' }

/** What became of it: its own size in CSS pixels, or a sentence on why there is none. */
export type DiagramAnswer = { width: number; height: number } | { problem: string }
