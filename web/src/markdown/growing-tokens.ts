import { Marked, type Token } from 'marked'
import { mathTokens } from './math-tokens.ts'

const marked = new Marked({ extensions: mathTokens })

/** A text, and what it consists of. */
export type Tokenised = { text: string; tokens: readonly Token[] }

/** The tokens of a text: of one that only grew since `before`, the parts that came before its end stay as they are. */
export function tokenise(text: string, before: Tokenised | null): Tokenised {
  const kept = before && text.startsWith(before.text) ? settled(before.tokens) : []
  const length = kept.reduce((sum, { raw }) => sum + raw.length, 0)
  return { text, tokens: [...kept, ...marked.lexer(text.slice(length))] }
}

/** All but what more text may still change: the last part, and the one before, which that may turn out to belong to. */
function settled(tokens: readonly Token[]): readonly Token[] {
  const parts = tokens.flatMap(({ type }, index) => (type === 'space' ? [] : [index]))
  return tokens.slice(0, parts.at(-2) ?? 0)
}
