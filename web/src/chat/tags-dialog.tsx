import { TagsInput } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { useState } from 'react'
import { DialogForm } from '../ui/index.ts'
import { useUpdateChat } from './chat-changes.ts'

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
  const { mutate } = useUpdateChat()
  const isFitting = tags.every((tag) => tag.length <= lengthMax)
  return (
    <DialogForm
      opened
      title="Tags"
      action="Save"
      isReady={isFitting}
      isBusy={false}
      error={null}
      onClose={onClose}
      onSubmit={() => {
        mutate({ id, changes: { tags } })
        onClose()
      }}
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
