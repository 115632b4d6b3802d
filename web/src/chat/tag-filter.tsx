import { UnstyledButton } from '@mantine/core'
import type { ChatTag } from '@portal/contract'
import classes from './tag-filter.module.css'
import type { TagFilterState } from './use-tag-filter.ts'

/** The tags of somebody's chats, each a filter; pressed again it shows all. */
export function TagFilter({ tags, tag: chosen, choose }: TagFilterState & { tags: readonly ChatTag[] }) {
  // The one that is chosen can be let go, also where no chat has it any more.
  const names = new Set([...tags.map(({ tag }) => tag), ...(chosen === null ? [] : [chosen])])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div role="group" aria-label="Tags" className={classes.tags}>
      {[...names]
        .sort((one, other) => one.localeCompare(other))
        .map((tag) => (
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
