import { UnstyledButton } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { useRef } from 'react'
import classes from './tag-filter.module.css'
import type { TagFilterState } from './use-tag-filter.ts'

/** The tags of the chats that are listed, each a filter; pressed again it shows all. */
export function TagFilter({
  chats,
  tag: chosen,
  choose,
}: TagFilterState & { chats: readonly ChatSession[] }) {
  // Those of the whole list stay while it is narrowed.
  const known = useRef<readonly string[]>([])
  const found = chats.flatMap(({ tags }) => tags)
  const tags = [...new Set(chosen ? [...known.current, ...found, chosen] : found)].sort((one, other) =>
    one.localeCompare(other),
  )
  known.current = tags
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div role="group" aria-label="Tags" className={classes.tags}>
      {tags.map((tag) => (
        <UnstyledButton
          key={tag}
          className={classes.tag}
          aria-pressed={tag === chosen}
          onClick={() => choose(tag === chosen ? null : tag)}
        >
          {tag}
        </UnstyledButton>
      ))}
    </div>
  )
}
