import { VisuallyHidden } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useAnnounced } from './announcer.tsx'
import { AnswerActions } from './answer-actions.tsx'
import { AnswerBody } from './answer-body.tsx'
import { AnswerOutcome } from './answer-outcome.tsx'
import { useIsCompared } from './comparison.ts'
import type { MessageRowProps } from './message-row-props.ts'
import classes from './thread.module.css'
import { useShown } from './use-shown.ts'

const ComparedAnswers = lazy(() =>
  import('./compared-answers.tsx').then(({ ComparedAnswers }) => ({ default: ComparedAnswers })),
)

/** What a model answered, or is answering; beside what others answered, where they are compared. */
export function Answer({ message, siblings, onAsk }: MessageRowProps) {
  const shown = useShown(message)
  useAnnounced(shown, message.status)
  const isCompared = useIsCompared(message.parentId) && siblings.includes(' ')
  const askAgain = (model?: string) => onAsk({ parentId: message.parentId, ...(model && { model }) })
  const alone = <AnswerBody message={message} shown={shown} />
  return (
    <div className={classes.answer}>
      <VisuallyHidden component="h2">{isCompared ? 'Answers' : 'Answer'}</VisuallyHidden>
      {isCompared ? (
        <Suspense fallback={alone}>
          <ComparedAnswers message={message} siblings={siblings} shown={shown} />
        </Suspense>
      ) : (
        alone
      )}
      <AnswerOutcome message={message} onAskAgain={askAgain} />
      {message.status !== 'running' && (
        <AnswerActions message={message} siblings={siblings} onAskAgain={askAgain} />
      )}
    </div>
  )
}
