import { Loader, Text } from '@mantine/core'
import type { ChatMessage } from '@portal/contract'
import { lazy, Suspense } from 'react'
import { ModelText } from '../markdown/index.ts'
import { AnswerSteps } from './answer-steps.tsx'
import type { Shown } from './live-answer.ts'
import classes from './thread.module.css'

const RemoteImage = lazy(() =>
  import('./remote-image.tsx').then(({ RemoteImage }) => ({ default: RemoteImage })),
)

/** What a model said, as far as it is shown: who, what it thought and did, and its words. */
export function AnswerBody({ message, shown }: { message: ChatMessage; shown: Shown }) {
  const isRunning = message.status === 'running'
  return (
    <>
      <Text size="xs" c="dimmed" className={classes.model}>
        {message.model}
      </Text>
      {message.omittedMessages > 0 && <Omitted count={message.omittedMessages} />}
      {shown.reasoning && <Reasoning text={shown.reasoning} />}
      {message.toolCalls.length > 0 && <AnswerSteps calls={message.toolCalls} />}
      {shown.content && (
        <Suspense fallback={<div className={classes.plain}>{shown.content}</div>}>
          <ModelText text={shown.content} isGrowing={isRunning} Image={RemoteImage} />
        </Suspense>
      )}
      {isRunning && !shown.content && <Loader type="dots" size="sm" aria-label="Thinking" role="img" />}
    </>
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
