import { Title } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import type { MarkedToken, Token, Tokens } from 'marked'
import { Fragment, type ReactNode, useEffect } from 'react'
import { CopyBlock } from '../ui/index.ts'
import classes from './guide.module.css'
import { GuideLink } from './guide-link.tsx'
import { anchorOf } from './markdown.ts'

/** A page of the guide; what the address leads to is scrolled into view. */
export function Article({ tokens }: { tokens: readonly MarkedToken[] }) {
  const { hash } = useLocation()
  useEffect(() => {
    if (hash) document.getElementById(hash)?.scrollIntoView()
  }, [hash])
  return (
    <article className={classes.article}>
      <Nodes tokens={tokens} />
    </article>
  )
}

const Nodes = ({ tokens = [] }: { tokens?: readonly Token[] | undefined }) =>
  tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a page's parts never move
    <Fragment key={index}>{elementOf(token as MarkedToken)}</Fragment>
  ))

/** The element of one part. Elements alone are made, and of a closed list: HTML in a page is nothing. */
function elementOf(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'heading':
      return (
        <Title order={token.depth === 2 ? 2 : 3} id={anchorOf(token.text)}>
          <Nodes tokens={token.tokens} />
        </Title>
      )
    case 'paragraph':
      return (
        <p>
          <Nodes tokens={token.tokens} />
        </p>
      )
    case 'code':
      return <CopyBlock text={token.text} label="Copy the code" wraps={false} />
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
    default:
      return inlineOf(token)
  }
}

function inlineOf(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens ? <Nodes tokens={token.tokens} /> : token.text
    case 'escape':
      return token.text
    case 'codespan':
      return <code>{token.text}</code>
    case 'strong':
      return (
        <strong>
          <Nodes tokens={token.tokens} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Nodes tokens={token.tokens} />
        </em>
      )
    case 'link':
      return (
        <GuideLink href={token.href}>
          <Nodes tokens={token.tokens} />
        </GuideLink>
      )
    default:
      return null
  }
}

function List({ list }: { list: Tokens.List }) {
  const Kind = list.ordered ? 'ol' : 'ul'
  return (
    <Kind {...(list.ordered && { start: Number(list.start) })}>
      {list.items.map((item) => (
        <li key={item.raw}>
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
            {header.map(({ text, tokens }) =>
              text ? (
                <th key={text} scope="col">
                  <Nodes tokens={tokens} />
                </th>
              ) : (
                <td key="corner" />
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr key={cells.map(({ text }) => text).join('|')}>
              {cells.map(({ tokens }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                <td key={index}>
                  <Nodes tokens={tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
