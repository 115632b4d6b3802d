import { Loader, Text, VisuallyHidden } from '@mantine/core'
import { Suspense } from 'react'
import { ModelText } from '../markdown/index.ts'
import { useAnnounced } from './announcer.tsx'
import { AnswerActions } from './answer-actions.tsx'
import { AnswerOutcome } from './answer-outcome.tsx'
import type { MessageRowProps } from './message-row-props.ts'
import classes from './thread.module.css'
import { useShown } from './use-shown.ts'

/** What a model answered, or is answering. */
export function Answer({ message, siblings, onAsk }: MessageRowProps) {
  const shown = useShown(message)
  useAnnounced(shown, message.status)
  const isRunning = message.status === 'running'
  const askAgain = () => onAsk({ parentId: message.parentId })
  return (
    <div className={classes.answer}>
      <VisuallyHidden component="h2">Answer</VisuallyHidden>
      <Text size="xs" c="dimmed" className={classes.model}>
        {message.model}
      </Text>
      {message.omittedMessages > 0 && <Omitted count={message.omittedMessages} />}
      {shown.reasoning && <Reasoning text={shown.reasoning} />}
      {shown.content && (
        <Suspense fallback={<div className={classes.plain}>{shown.content}</div>}>
          <ModelText text={shown.content} isGrowing={isRunning} />
        </Suspense>
      )}
      {isRunning && !shown.content && <Loader type="dots" size="sm" aria-label="Thinking" role="img" />}
      <AnswerOutcome message={message} onAskAgain={askAgain} />
      {!isRunning && <AnswerActions message={message} siblings={siblings} onAskAgain={askAgain} />}
    </div>
  )
}

const Omitted = ({ count }: { count: number }) => (
  <Text size="sm" c="dimmed" className={classes.notice}>
    {count === 1 ? 'The oldest message was' : `The oldest ${count} messages were`} left out: this chat is
    longer than what the model can read at once.
  </Text>
)

const Reasoning = ({ text }: { text: string }) => (
  <details className={classes.reasoning}>
    <summary>What the model thought</summary>
    <div className={classes.plain}>{text}</div>
  </details>
)
