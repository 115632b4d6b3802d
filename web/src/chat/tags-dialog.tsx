import { TagsInput } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { useState } from 'react'
import { DialogForm, useTellWhenGone } from '../ui/index.ts'
import { useKeepTyped } from './chat-changes.ts'

const tagsMax = 20
const lengthMax = 40

/** The tags of a chat, by which the list is narrowed. */
export function TagsDialog({
  chat: { id, title, tags: given },
  onClose,
}: {
  chat: ChatSession
  onClose: () => void
}) {
  const [tags, setTags] = useState(given)
  const { mutate, isPending, error } = useKeepTyped(useTellWhenGone())
  const isFitting = tags.every((tag) => tag.length <= lengthMax)
  return (
    <DialogForm
      opened
      title="Tags"
      action="Save"
      isReady={isFitting}
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSubmit={() => mutate({ id, changes: { tags } }, { onSuccess: onClose })}
    >
      <TagsInput
        label={`Tags of “${title}”`}
        description="Enter or a comma ends a tag."
        value={tags}
        onChange={(next) => setTags(next.map((tag) => tag.trim()).filter(Boolean))}
        maxTags={tagsMax}
        acceptValueOnBlur
        clearable
        error={!isFitting && `A tag has at most ${lengthMax} characters.`}
        data-autofocus
      />
    </DialogForm>
  )
}
