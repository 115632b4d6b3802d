import { ActionIcon, Button, TextInput, UnstyledButton } from '@mantine/core'
import { type ChatFilter, type ChatTag, chatEndpoints } from '@portal/contract'
import { IconBookmark, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { call, chatQueries } from '../api/index.ts'
import { isOfComposing, notifyDone, notifyFailed, useChange } from '../ui/index.ts'
import classes from './list-filters.module.css'
import type { Narrowing, NarrowingState } from './use-narrowing.ts'

type ListFiltersProps = NarrowingState & { filters: readonly ChatFilter[]; tagged: readonly ChatTag[] }

/** The ways to narrow the list: filters kept under a name, and the tags of somebody's chats. */
export function ListFilters({ filters, tagged, narrow, ...narrowing }: ListFiltersProps) {
  // One that is chosen can be let go, also where no chat has it any more.
  const tags = [...new Set([...tagged.map(({ tag }) => tag), ...narrowing.tags])].sort((one, other) =>
    one.localeCompare(other),
  )
  const isNarrowed = narrowing.tags.length > 0 || narrowing.search.trim() !== ''
  return (
    <>
      {(filters.length > 0 || isNarrowed) && (
        <Kept filters={filters} isNarrowed={isNarrowed} narrow={narrow} {...narrowing} />
      )}
      {tags.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
        <div role="group" aria-label="Tags" className={classes.filters}>
          {tags.map((tag) => (
            <UnstyledButton
              key={tag}
              className={classes.filter}
              aria-pressed={narrowing.tags.includes(tag)}
              onClick={() => narrow({ tags: toggled(narrowing.tags, tag) })}
            >
              {tag}
            </UnstyledButton>
          ))}
        </div>
      )}
    </>
  )
}

const nothing: Narrowing = { tags: [], search: '' }

const toggled = (tags: readonly string[], tag: string): readonly string[] =>
  tags.includes(tag) ? tags.filter((other) => other !== tag) : [...tags, tag]

type KeptProps = NarrowingState & { filters: readonly ChatFilter[]; isNarrowed: boolean }

/** Filters that somebody has kept; one that is pressed again shows all. */
function Kept({ filters, isNarrowed, narrow, ...narrowing }: KeptProps) {
  const change = useFilters()
  const chosen = filters.find((filter) => isSame(filter, narrowing))
  const remove = ({ name }: ChatFilter) =>
    change.mutate(
      filters.filter((filter) => filter.name !== name),
      {
        onSuccess: () =>
          notifyDone(`The filter “${name}” is removed.`, {
            label: 'Undo',
            run: () => change.mutate([...filters]),
          }),
      },
    )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div role="group" aria-label="Filters" className={classes.filters}>
      {filters.map((filter) => (
        <UnstyledButton
          key={filter.name}
          className={classes.filter}
          aria-pressed={filter === chosen}
          onClick={() => narrow(filter === chosen ? nothing : { tags: filter.tags, search: filter.search })}
        >
          <IconBookmark size={12} aria-hidden /> {filter.name}
        </UnstyledButton>
      ))}
      {chosen && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={`Remove the filter ${chosen.name}`}
          loading={change.isPending}
          onClick={() => remove(chosen)}
        >
          <IconX size={14} aria-hidden />
        </ActionIcon>
      )}
      {isNarrowed && !chosen && (
        <Keep
          {...narrowing}
          isPending={change.isPending}
          keep={(filter) =>
            change.mutateAsync([...filters.filter(({ name }) => name !== filter.name), filter])
          }
        />
      )}
    </div>
  )
}

type KeepProps = Narrowing & { isPending: boolean; keep: (filter: ChatFilter) => Promise<unknown> }

/** A name for what the list is narrowed to: Enter keeps it, Escape and leaving do not. */
function Keep({ tags, search, isPending, keep }: KeepProps) {
  const [name, setName] = useState<string | null>(null)
  if (name === null) {
    return (
      <Button variant="subtle" size="compact-xs" onClick={() => setName('')}>
        Keep this filter
      </Button>
    )
  }
  const submit = async () => {
    if (!name.trim() || isPending) return
    await keep({ name: name.trim(), tags: [...tags], search: search.trim() }).then(
      () => setName(null),
      // It is told, and the name stays for another try.
      () => {},
    )
  }
  return (
    <TextInput
      size="xs"
      aria-label="Name of the filter"
      placeholder="Name, then Enter"
      value={name}
      maxLength={40}
      readOnly={isPending}
      // The button that was pressed is gone: what stands in its place goes on from it.
      ref={focusIt}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={() => setName(null)}
      onKeyDown={(event) => {
        if (isOfComposing(event.nativeEvent)) return
        if (event.key === 'Enter') submit()
        if (event.key !== 'Escape') return
        event.preventDefault()
        setName(null)
      }}
    />
  )
}

const focusIt = (field: HTMLInputElement | null): void => field?.focus()

const useFilters = () =>
  useChange({
    change: (filters: ChatFilter[]) => call(chatEndpoints.updateSettings, { body: { filters } }),
    rereads: [chatQueries.settings.queryKey],
    onFailed: notifyFailed,
  })

const isSame = (one: Narrowing, other: Narrowing): boolean =>
  one.search.trim() === other.search.trim() &&
  one.tags.length === other.tags.length &&
  one.tags.every((tag) => other.tags.includes(tag))
