import { walkTokens } from 'marked'
import { tokenise } from './growing-tokens.ts'

/** The last piece of code that a text holds, wherever in it; null where it holds none. */
export function lastCode(text: string): string | null {
  let found: string | null = null
  walkTokens([...tokenise(text, null).tokens], (token) => {
    if (token.type === 'code') found = String(token.text)
  })
  return found
}
