// Words are the tokens of this upstream, in either dialect.

/** Tokens of a text: its whitespace-separated words. */
export function countTokens(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}

/** The words of a text, each with the space before it; joined they are the text. */
export function wordsOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}
