import { Anchor } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { TextLink } from '../ui/index.ts'
import { guideTarget } from './markdown.ts'

/** A link of the guide: to another of its pages, or to a web address. Any other is text alone. */
export function GuideLink({ href, children }: { href: string; children: ReactNode }) {
  const { page: current } = useParams({ from: '/guide/docs/$page' })
  const target = guideTarget(href, current)
  if (target) {
    return (
      <TextLink to="/docs/$page" params={{ page: target.page }} hash={target.hash} inherit>
        {children}
      </TextLink>
    )
  }
  if (!/^(https?:\/\/|\/)/.test(href)) return children
  return (
    <Anchor href={href} inherit>
      {children}
    </Anchor>
  )
}
