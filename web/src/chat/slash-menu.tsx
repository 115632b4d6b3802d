import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type RefObject, useEffect, useId, useImperativeHandle, useState } from 'react'
import { flushSync } from 'react-dom'
import { personalQueries } from './personal-queries.ts'
import { firstBlank } from './slash-command.ts'
import classes from './slash-menu.module.css'

/** Takes a key while the menu is there; says whether it was one of its own. */
export type SlashKeys = (event: KeyboardEvent) => boolean

type SlashMenuProps = {
  /** What is typed after the slash. */
  command: string
  /** The field it is typed into. */
  fieldId: string
  keys: RefObject<SlashKeys | null>
  /** Writes into the field, in place of the command. */
  onWrite: (text: string) => void
  onClose: () => void
}

type Entry = { name: string; about: string; run: () => void }

/** What a slash offers: somebody's prompts by name, and a few ways to go. */
export function SlashMenu({ command, fieldId, keys, onWrite, onClose }: SlashMenuProps) {
  const { data: prompts = [], isPending } = useQuery(personalQueries.prompts)
  const navigate = useNavigate()
  const [chosen, setChosen] = useState(0)
  const listId = useId()
  const go = (to: '/chat' | '/settings/chat') => () => {
    onWrite('')
    void navigate({ to })
  }
  const entries: Entry[] = [
    ...prompts.map(({ name, content }) => ({ name, about: content, run: () => insert(content) })),
    { name: 'new', about: 'Begin a new chat', run: go('/chat') },
    { name: 'prompts', about: 'Add and change your prompts', run: go('/settings/chat') },
  ].filter(({ name }) => name.toLowerCase().startsWith(command.toLowerCase()))
  const at = Math.min(chosen, entries.length - 1)
  const optionId = (index: number) => `${listId}-${index}`

  function insert(content: string): void {
    // At once, so that whoever types on writes into the blank.
    flushSync(() => onWrite(content))
    const field = document.getElementById(fieldId)
    if (!(field instanceof HTMLTextAreaElement)) return
    const blank = firstBlank(content)
    field.focus()
    field.setSelectionRange(blank?.from ?? content.length, blank?.to ?? content.length)
  }

  const deeds: Record<string, () => void> = {
    ArrowDown: () => setChosen((at + 1) % entries.length),
    ArrowUp: () => setChosen((at + entries.length - 1) % entries.length),
    Enter: () => entries[at]?.run(),
    Tab: () => entries[at]?.run(),
    Escape: onClose,
  }
  useImperativeHandle(keys, () => (event) => {
    const deed = deeds[event.key]
    if (!deed || event.isComposing || event.shiftKey || entries.length === 0) return false
    deed()
    return true
  })
  useDescribedField(fieldId, listId, entries.length > 0 ? optionId(at) : null)

  return (
    <div className={classes.menu}>
      {entries.length === 0 && !isPending && (
        <p className={classes.empty}>You have no prompt of that name.</p>
      )}
      <div role="listbox" id={listId} aria-label="Prompts and commands">
        {entries.map(({ name, about, run }, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the option in use
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={name}
            id={optionId(index)}
            role="option"
            aria-selected={index === at}
            className={classes.option}
            onPointerMove={() => setChosen(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={run}
          >
            <b>/{name}</b>
            <span className={classes.about}>{about}</span>
          </div>
        ))}
      </div>
    </div>
  )
}

/** Tells of the field which option its keys choose. */
function useDescribedField(fieldId: string, listId: string, optionId: string | null): void {
  useEffect(() => {
    const field = document.getElementById(fieldId)
    const told = { 'aria-controls': listId, 'aria-autocomplete': 'list', 'aria-haspopup': 'listbox' }
    for (const [name, value] of Object.entries(told)) field?.setAttribute(name, value)
    return () => {
      for (const name of [...Object.keys(told), 'aria-activedescendant']) field?.removeAttribute(name)
    }
  }, [fieldId, listId])
  useEffect(() => {
    const field = document.getElementById(fieldId)
    if (optionId === null) field?.removeAttribute('aria-activedescendant')
    else field?.setAttribute('aria-activedescendant', optionId)
    document.getElementById(optionId ?? '')?.scrollIntoView({ block: 'nearest' })
  }, [fieldId, optionId])
}
