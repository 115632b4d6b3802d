import type { Token, Tokens } from 'marked'

/** The cells of a table, row by row, without the signs of Markdown. */
export const cellsOf = ({ header, rows }: Tokens.Table): string[][] =>
  [header, ...rows].map((cells) => cells.map(({ tokens }) => wordsOf(tokens)))

/** What inline parts say. */
const wordsOf = (tokens: readonly Token[]): string =>
  tokens
    .map((token) => {
      if (token.type === 'br') return '\n'
      if ('tokens' in token && token.tokens && token.type !== 'image') return wordsOf(token.tokens)
      return 'text' in token ? String(token.text) : ''
    })
    .join('')
