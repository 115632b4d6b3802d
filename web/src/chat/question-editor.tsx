import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { FormError, isOfComposing, useTellWhenGone } from '../ui/index.ts'
import { GrowingField } from './growing-field.tsx'
import { isSendKey } from './send-key.ts'
import classes from './thread.module.css'

type QuestionEditorProps = {
  text: string
  /** Whether somebody opened it just now: one that comes back into sight takes no focus. */
  isWanted: boolean
  onWrite: (text: string) => void
  onSend: (text: string) => Promise<void>
  onClose: () => void
}

/** A question being changed; what was asked before stays beside it. */
export function QuestionEditor({ text, isWanted, onWrite, onSend, onClose }: QuestionEditorProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: onSend,
    onSuccess: onClose,
    onError: useTellWhenGone(),
  })
  const send = () => {
    if (text.trim() && !isPending) mutate(text)
  }
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <GrowingField
        className={classes.edited ?? ''}
        aria-label="The question"
        value={text}
        onChange={(event) => onWrite(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !isOfComposing(event.nativeEvent)) onClose()
          else if (isSendKey(event.nativeEvent)) send()
          else return
          // The key is spent: it neither breaks a line nor stops an answer.
          event.preventDefault()
        }}
        rows={2}
        autoFocus={isWanted}
      />
      {error && <FormError>{error.message}</FormError>}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" size="xs" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" size="xs" loading={isPending} disabled={!text.trim()}>
          Ask anew
        </Button>
      </Group>
    </form>
  )
}
