import type { ReactNode } from 'react'
import { safeHref } from './safe-href.ts'

/** A link that a model wrote: it opens beside the portal, which it learns nothing of. */
export function OutwardLink({ href, children }: { href: string; children: ReactNode }) {
  const safe = safeHref(href)
  if (!safe) return children
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}
