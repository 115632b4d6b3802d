import { ActionIcon } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { ApiError } from '../api/index.ts'
import { FormError } from '../ui/index.ts'
import { VoiceInput } from '../voice/index.ts'
import { AttachButton } from './attach-button.tsx'
import { type AttachmentBox, useAttachments } from './attaching.ts'
import classes from './composer.module.css'
import { DropZone } from './drop-zone.tsx'
import { GrowingField } from './growing-field.tsx'
import { usePastedFiles } from './pasted.ts'
import { isSendKey } from './send-key.ts'
import { useDraft } from './use-draft.ts'
import { useSlash } from './use-slash.tsx'

const AttachmentList = lazy(() =>
  import('./attachment-list.tsx').then(({ AttachmentList }) => ({ default: AttachmentList })),
)

/** A question as it is sent. */
export type Written = { content: string; attachments: { id: string }[] }

type ComposerProps = {
  /** The chat's id, or `new`. */
  chat: string
  /** What stops the answer that is being made, in place of what sends. */
  stop?: ReactNode
  /** What ArrowUp brings back into the empty field. */
  recalled?: string
  /** Fails with what the server said: then the message stays. */
  onSend: (written: Written) => Promise<void>
  /** What stands beside the button that sends. */
  children: ReactNode
}

const fieldId = 'chat-composer'

/** Brings the keyboard to where one asks. */
export const focusComposer = (): void => document.getElementById(fieldId)?.focus()

/** Where one asks. What is typed stays here: typing makes nothing else anew. */
export function Composer({ chat, stop, recalled = '', onSend, children }: ComposerProps) {
  const { text, write, forget, box } = useDraft(chat)
  const files = useAttachments(box)
  const form = useRef<HTMLFormElement>(null)
  const { refusal, attach, calm } = useAttaching(box)
  const slash = useSlash({ text, fieldId, onWrite: write })
  const { watchKey, onPaste } = usePastedFiles(attach)
  useFocusOnArrival()
  const { mutate, isPending, error } = useMutation({
    onMutate: calm,
    mutationFn: async (sent: string) => {
      const ids = await sendWith(box, sent, onSend)
      forget(sent)
      box.forget(ids)
    },
  })
  const isWritten = text.trim() !== '' || files.length > 0
  const isReady = isWritten && !isPending && !stop
  return (
    <form
      ref={form}
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) mutate(text)
      }}
    >
      <DropZone onFiles={attach} />
      {refusal && <FormError>{refusal}</FormError>}
      {error && <FormError>{error.message}</FormError>}
      <div className={classes.card}>
        {slash.menu}
        {files.length > 0 && (
          <Suspense>
            <AttachmentList box={box} items={files} isAwaited={isPending} />
          </Suspense>
        )}
        <GrowingField
          id={fieldId}
          aria-label="Message"
          placeholder="Ask anything"
          className={classes.field ?? ''}
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            watchKey(event)
            if (slash.takes(event)) return
            if (event.key === 'ArrowUp' && !text && recalled) write(recalled)
            else if (isSendKey(event.nativeEvent)) form.current?.requestSubmit()
            else return
            event.preventDefault()
          }}
          onPaste={onPaste}
          rows={1}
        />
        <div className={classes.tools}>
          <AttachButton onFiles={attach} />
          {children}
          <VoiceInput fieldId={fieldId} />
          {stop || <SendButton disabled={!isWritten} loading={isPending} />}
        </div>
      </div>
    </form>
  )
}

const SendButton = (state: { disabled: boolean; loading: boolean }) => (
  <ActionIcon type="submit" size="lg" radius="xl" aria-label="Send" {...state}>
    <IconArrowUp size={20} aria-hidden />
  </ActionIcon>
)

/** Sends a text with the files of a box, once they are there; resolves to their ids. @throws Error */
async function sendWith(box: AttachmentBox, content: string, send: ComposerProps['onSend']) {
  const ids = (await box.stored()).map(({ id }) => id)
  // Its only files were removed while it waited for them.
  if (!content.trim() && ids.length === 0) return ids
  try {
    await send({ content, attachments: ids.map((id) => ({ id })) })
    return ids
  } catch (error) {
    // What is not found may be a file: then that one is named.
    if (error instanceof ApiError && error.status === 404) {
      await box.check()
      await box.stored()
    }
    throw error
  }
}

/** Takes files in, and says of those that could not be taken why. */
function useAttaching(box: AttachmentBox) {
  const [refusal, setRefusal] = useState<string | null>(null)
  const attach = useCallback((given: readonly File[]) => setRefusal(box.add(given)), [box])
  return { refusal, attach, calm: () => setRefusal(null) }
}

/** On a phone the keyboard would hide what one came to read. */
function useFocusOnArrival(): void {
  useEffect(() => {
    if (!matchMedia('(pointer: fine)').matches) return
    // After the shell, which brings the focus to the page.
    const frame = requestAnimationFrame(focusComposer)
    return () => cancelAnimationFrame(frame)
  }, [])
}
