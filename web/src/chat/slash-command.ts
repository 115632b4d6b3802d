/** What stands after a slash that begins the message, as far as it is typed; null where it is none, or a whole one. */
export const commandIn = (text: string): string | null => /^\/([\p{L}\p{N}_-]*)$/u.exec(text)?.[1] ?? null

/** Where the first `{{word}}` of a text stands, to be filled in; null where none does. */
export function firstBlank(text: string): { from: number; to: number } | null {
  const found = /\{\{[^{}\n]*\}\}/.exec(text)
  return found && { from: found.index, to: found.index + found[0].length }
}
