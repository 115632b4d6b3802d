import type { Token, Tokens } from 'marked'

/** A table for spreadsheets: RFC 4180, without the signs of Markdown. */
export const csvOf = ({ header, rows }: Tokens.Table): string =>
  [header, ...rows].map((cells) => cells.map(({ tokens }) => quoted(wordsOf(tokens))).join(',')).join('\r\n')

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** What inline parts say. */
const wordsOf = (tokens: readonly Token[]): string =>
  tokens
    .map((token) => {
      if (token.type === 'br') return '\n'
      if ('tokens' in token && token.tokens && token.type !== 'image') return wordsOf(token.tokens)
      return 'text' in token ? String(token.text) : ''
    })
    .join('')
