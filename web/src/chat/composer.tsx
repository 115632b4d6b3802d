import { ActionIcon } from '@mantine/core'
import { IconArrowUp, IconPlayerStopFilled } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { FormError, notifyFailed, useShortcut } from '../ui/index.ts'
import { stopAnswer } from './asking.ts'
import classes from './composer.module.css'
import { GrowingField } from './growing-field.tsx'
import { isSendKey } from './send-key.ts'
import { useDraft } from './use-draft.ts'

type Running = { sessionId: string; generationId: string }

type ComposerProps = {
  /** The chat's id, or `new`. */
  chat: string
  /** The answer that is being made. */
  running: Running | null
  /** What ArrowUp brings back into the empty field. */
  recalled?: string
  /** Fails with what the server said: then the text stays. */
  onSend: (text: string) => Promise<void>
  /** What stands beside the button that sends. */
  children: ReactNode
}

const fieldId = 'chat-composer'

/** Brings the keyboard to where one asks. */
export const focusComposer = (): void => document.getElementById(fieldId)?.focus()

/** Where one asks. What is typed stays here: typing makes nothing else anew. */
export function Composer({ chat, running, recalled = '', onSend, children }: ComposerProps) {
  const { text, write, forget } = useDraft(chat)
  const form = useRef<HTMLFormElement>(null)
  useFocusOnArrival()
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (sent: string) => {
      await onSend(sent)
      forget(sent)
    },
  })
  const isReady = text.trim() !== '' && !isPending && !running
  return (
    <form
      ref={form}
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) mutate(text)
      }}
    >
      {error && <FormError>{error.message}</FormError>}
      <div className={classes.card}>
        <GrowingField
          id={fieldId}
          aria-label="Message"
          placeholder="Ask anything"
          className={classes.field ?? ''}
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowUp' && !text && recalled) write(recalled)
            else if (isSendKey(event.nativeEvent)) form.current?.requestSubmit()
            else return
            event.preventDefault()
          }}
          rows={1}
        />
        <div className={classes.tools}>
          {children}
          {running ? (
            <StopButton key={running.generationId} running={running} />
          ) : (
            <ActionIcon
              type="submit"
              size="lg"
              radius="xl"
              aria-label="Send"
              disabled={text.trim() === ''}
              loading={isPending}
            >
              <IconArrowUp size={20} aria-hidden />
            </ActionIcon>
          )}
        </div>
      </div>
    </form>
  )
}

function StopButton({ running }: { running: Running }) {
  const { mutate, isPending, isSuccess } = useMutation({ mutationFn: stopAnswer, onError: notifyFailed })
  const stop = () => {
    if (!isPending && !isSuccess) mutate(running)
  }
  useShortcut({ keys: 'Escape', label: 'Stop the answer', group: 'Chat' }, stop)
  return (
    <ActionIcon
      size="lg"
      radius="xl"
      aria-label="Stop the answer"
      loading={isPending || isSuccess}
      onClick={stop}
    >
      <IconPlayerStopFilled size={18} aria-hidden />
    </ActionIcon>
  )
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
