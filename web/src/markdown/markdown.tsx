// Marked's tokens as elements: a closed list of them, so that no HTML is ever made of what a text says.
import type { MarkedToken, Token, Tokens } from 'marked'
import { type ComponentType, createContext, Fragment, memo, type ReactNode, use } from 'react'
import classes from './markdown.module.css'
import type { MathToken } from './math-tokens.ts'

/** What differs between the texts that are shown; each is a component that gets the token it shows. */
export type MarkdownKit = {
  Heading: ComponentType<{ token: Tokens.Heading; children: ReactNode }>
  Link: ComponentType<{ href: string; children: ReactNode }>
  Code: ComponentType<{ token: Tokens.Code }>
  /** Around a table, above which it may put something. */
  Table: ComponentType<{ token: Tokens.Table; children: ReactNode }>
  Math?: ComponentType<{ token: MathToken }>
  /** An image of elsewhere that may stand by itself: `link` is what leads to it. */
  Image?: ComponentType<{ href: string; text: string; link: ReactNode }>
  /** What of HTML is shown: its source, or nothing. */
  html: 'source' | 'nothing'
}

const Kit = createContext<MarkdownKit | null>(null)
// One link holds no other, and no button.
const InLink = createContext(false)

type MarkdownProps = { tokens: readonly Token[]; kit: MarkdownKit; className?: string }

/** A text as its kit shows it. Parts whose token is the same as before are not made anew. */
export const Markdown = ({ tokens, kit, className = '' }: MarkdownProps) => (
  <Kit value={kit}>
    <div className={`${classes.text} ${className}`}>
      {tokens.map((token, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added
        <Part key={index} token={token} />
      ))}
    </div>
  </Kit>
)

const Part = memo(({ token }: { token: Token }) => <Node token={token} />)

const Nodes = ({ tokens = [] }: { tokens?: readonly Token[] | undefined }) =>
  tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added
    <Node key={index} token={token} />
  ))

function Node({ token }: { token: Token }): ReactNode {
  const kit = use(Kit)
  if (!kit) return null
  return token.type === 'math'
    ? kit.Math && <kit.Math token={token as MathToken} />
    : blockOf(token as MarkedToken, kit)
}

function blockOf(token: MarkedToken, kit: MarkdownKit): ReactNode {
  switch (token.type) {
    case 'heading':
      return (
        <kit.Heading token={token}>
          <Nodes tokens={token.tokens} />
        </kit.Heading>
      )
    case 'paragraph':
      return (
        <p>
          <Nodes tokens={token.tokens} />
        </p>
      )
    case 'code':
      return <kit.Code token={token} />
    case 'list':
      return <List list={token} />
    case 'table':
      return (
        <kit.Table token={token}>
          <Table table={token} />
        </kit.Table>
      )
    case 'blockquote':
      return (
        <blockquote>
          <Nodes tokens={token.tokens} />
        </blockquote>
      )
    case 'hr':
      return <hr />
    default:
      return inlineOf(token, kit)
  }
}

function inlineOf(token: MarkedToken, kit: MarkdownKit): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens ? <Nodes tokens={token.tokens} /> : decoded(token.text)
    case 'escape':
      return token.text
    case 'html':
      return kit.html === 'source' ? token.text : null
    case 'codespan':
      return <code>{token.text}</code>
    case 'strong':
    case 'em':
    case 'del':
      return emphasised(token)
    case 'br':
      return <br />
    case 'checkbox':
      return <span>{token.checked ? '☑ ' : '☐ '}</span>
    case 'link':
      return (
        <kit.Link href={token.href}>
          <InLink value={true}>
            <Nodes tokens={token.tokens} />
          </InLink>
        </kit.Link>
      )
    case 'image':
      return <Image {...token} />
    default:
      return null
  }
}

/** Loading it would tell a stranger that it was looked at. */
function Image({ href, text }: Tokens.Image) {
  const kit = use(Kit)
  const isInLink = use(InLink)
  const name = `Image: ${text || href}`
  if (!kit || isInLink) return name
  const link = <kit.Link href={href}>{name}</kit.Link>
  return kit.Image ? <kit.Image {...{ href, text, link }} /> : link
}

const inlineTags = { strong: 'strong', em: 'em', del: 'del' } as const

function emphasised(token: MarkedToken & { type: keyof typeof inlineTags }): ReactNode {
  // One tilde is what people write for "about".
  if (token.type === 'del' && !token.raw.startsWith('~~')) return token.raw
  const Tag = inlineTags[token.type]
  return (
    <Tag>
      <Nodes tokens={token.tokens} />
    </Tag>
  )
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' }

/** Text with the entities that models write. */
const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => entities[name] ?? whole)

function List({ list }: { list: Tokens.List }) {
  const Kind = list.ordered ? 'ol' : 'ul'
  return (
    <Kind {...(list.ordered && { start: Number(list.start) })}>
      {list.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items are only added
        <li key={index}>
          <Nodes tokens={item.tokens} />
        </li>
      ))}
    </Kind>
  )
}

const Table = ({ table: { header, rows } }: { table: Tokens.Table }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
  <div className={classes.tableFrame} tabIndex={0}>
    <table>
      <thead>
        <tr>
          <Cells cells={header} />
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are only added
          <tr key={index}>
            <Cells cells={cells} />
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const Cells = ({ cells }: { cells: readonly Tokens.TableCell[] }) =>
  cells.map(({ header, text, align, tokens }, index) => {
    // A header without words is a corner.
    const Cell = header && text ? 'th' : 'td'
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
      <Cell key={index} {...(Cell === 'th' && { scope: 'col' })} data-align={align}>
        <Nodes tokens={tokens} />
      </Cell>
    )
  })

/** Nothing around it. */
export const Bare = ({ children }: { children: ReactNode }) => <Fragment>{children}</Fragment>
