// An answer's Markdown as elements: a closed list of them, HTML is text, and nothing is loaded from anywhere.
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked'
import { Fragment, memo, type ReactNode } from 'react'
import classes from './answer-text.module.css'
import { CodeBlock } from './code-block.tsx'
import { safeHref } from './safe-href.ts'

/** A model's text. While it grows only its last part is made anew. */
export function AnswerText({ text }: { text: string }) {
  return (
    <div className={classes.text}>
      {(lexer(text) as MarkedToken[]).map((token, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added
        <Part key={index} token={token} />
      ))}
    </div>
  )
}

const Part = memo(
  ({ token }: { token: MarkedToken }) => elementOf(token),
  (before, after) => before.token.raw === after.token.raw && before.token.type === after.token.type,
)

const Nodes = ({ tokens = [] }: { tokens?: readonly Token[] | undefined }) =>
  tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added
    <Fragment key={index}>{elementOf(token as MarkedToken)}</Fragment>
  ))

// Below the heading of the message itself.
const headings = ['h3', 'h3', 'h4', 'h5', 'h6', 'h6', 'h6'] as const

function elementOf(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'heading': {
      const Heading = headings[token.depth] ?? 'h6'
      return (
        <Heading>
          <Nodes tokens={token.tokens} />
        </Heading>
      )
    }
    case 'paragraph':
      return (
        <p>
          <Nodes tokens={token.tokens} />
        </p>
      )
    case 'code':
      return <CodeBlock text={token.text} language={token.lang?.split(/\s/)[0] ?? ''} />
    case 'list':
      return <List list={token} />
    case 'table':
      return <Table table={token} />
    case 'blockquote':
      return (
        <blockquote>
          <Nodes tokens={token.tokens} />
        </blockquote>
      )
    case 'hr':
      return <hr />
    default:
      return inlineOf(token)
  }
}

const inlineTags = { strong: 'strong', em: 'em', del: 'del' } as const

function inlineOf(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens ? <Nodes tokens={token.tokens} /> : decoded(token.text)
    case 'escape':
    case 'html':
      return token.text
    case 'codespan':
      return <code>{token.text}</code>
    case 'strong':
    case 'em':
    case 'del':
      return marked(token)
    case 'br':
      return <br />
    case 'checkbox':
      return <span>{token.checked ? '☑ ' : '☐ '}</span>
    case 'link':
      return (
        <OutwardLink href={token.href}>
          <Nodes tokens={token.tokens} />
        </OutwardLink>
      )
    case 'image':
      return <OutwardLink href={token.href}>{`Image: ${token.text || token.href}`}</OutwardLink>
    default:
      return null
  }
}

function marked(token: MarkedToken & { type: keyof typeof inlineTags }): ReactNode {
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

function Table({ table: { header, rows } }: { table: Tokens.Table }) {
  return (
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
}

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

/** A link that a model wrote: it opens beside the portal, which it learns nothing of. */
function OutwardLink({ href, children }: { href: string; children: ReactNode }) {
  const safe = safeHref(href)
  if (!safe) return children
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}
