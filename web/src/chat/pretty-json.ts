type Context = { source?: string } | undefined
type Parse = (text: string, reviver: (key: string, value: unknown, context: Context) => unknown) => unknown

/**
 * A JSON object or array by lines; any other text as it is, and one with a number that is more exact than JavaScript's:
 * what is shown is what was said.
 */
export function prettyJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text
  let isExact = true
  try {
    // Its context is newer than the types (ECMAScript 2026); a browser without it shows the number that it knows.
    const value = (JSON.parse as Parse)(text, (_key, each, context) => {
      if (typeof each === 'number' && context?.source && String(each) !== context.source) isExact = false
      return each
    })
    return isExact ? JSON.stringify(value, null, 2) : text
  } catch {
    return text
  }
}
