import { Title } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import type { MarkedToken } from 'marked'
import { useEffect } from 'react'
import { Bare, Markdown, type MarkdownKit } from '../markdown/index.ts'
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
    <article>
      <Markdown tokens={tokens} kit={kit} className={classes.article ?? ''} />
    </article>
  )
}

const kit: MarkdownKit = {
  Heading: ({ token, children }) => (
    <Title order={token.depth === 2 ? 2 : 3} id={anchorOf(token.text)}>
      {children}
    </Title>
  ),
  Link: GuideLink,
  Code: ({ token }) => <CopyBlock text={token.text} label="Copy the code" wraps={false} />,
  Table: Bare,
  html: 'nothing',
}
