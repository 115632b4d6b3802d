/** The whole sentences of a text from an offset on, and where they end; none while the last one still grows. */
export function sentencesFrom(text: string, offset: number): { said: string; end: number } {
  const ends = [...text.slice(offset).matchAll(/[.!?…][*_)"'”»]*(?=\s)|[。！？]|\n/g)]
  const last = ends.at(-1)
  const end = last ? offset + last.index + last[0].length : offset
  return { said: spoken(text.slice(offset, end)), end }
}

/** Markdown without the signs that nobody would say. */
export const spoken = (markdown: string): string =>
  markdown
    .replace(/[*_`#>|~]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
