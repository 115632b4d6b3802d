// The guide's Markdown, which is written to be read in a repository as well, as the app needs it.
import { lexer, type MarkedToken, type Tokens } from 'marked'

/** A heading within a page, and the anchor that links lead to. */
export type Heading = { text: string; id: string }

/** A heading's anchor, by the rule of GitHub's Markdown. */
export const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-')

/** A page without its title, which stands above it; examples call the portal at `origin`, not at its default. */
export function tokensOf(markdown: string, origin: string): MarkedToken[] {
  const tokens = lexer(markdown.replaceAll('http://127.0.0.1:3000/api', `${origin}/api`)) as MarkedToken[]
  return tokens.filter((token) => token.type !== 'heading' || token.depth > 1)
}

/** The headings of these levels, in order. */
export const headingsOf = (tokens: readonly MarkedToken[], depths: readonly number[] = [2]): Heading[] =>
  tokens
    .filter((token): token is Tokens.Heading => token.type === 'heading' && depths.includes(token.depth))
    .map(({ text }) => ({ text: text.replaceAll('`', ''), id: anchorOf(text) }))

/** Where a link within the guide leads; null for an address elsewhere. */
export function guideTarget(href: string, current: string): { page: string; hash: string } | null {
  const [, page, hash = ''] = /^(?:([\w-]+)\.md)?(?:#(.*))?$/.exec(href) ?? []
  if (page === undefined && hash === '') return null
  return { page: page ?? current, hash }
}
