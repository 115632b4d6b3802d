/** The last piece of code that a text holds; null where it holds none. What reads Markdown is loaded for it. */
export const lastCodeOf = async (text: string): Promise<string | null> =>
  (await import('./last-code.ts')).lastCode(text)
