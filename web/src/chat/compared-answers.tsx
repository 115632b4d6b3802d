import { Badge, Button } from '@mantine/core'
import type { ChatMessage } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { chatQueries } from '../api/index.ts'
import { AnswerBody } from './answer-body.tsx'
import { useUpdateChat } from './chat-changes.ts'
import classes from './compared-answers.module.css'
import type { Shown } from './live-answer.ts'
import { useShown } from './use-shown.ts'

type ComparedAnswersProps = {
  /** The one in use, and what is shown of it. */
  message: ChatMessage
  shown: Shown
  siblings: string
}

/** All answers to one question beside each other; the chat goes on with one of them. */
export function ComparedAnswers({ message, shown, siblings }: ComparedAnswersProps) {
  const { data: messages = [] } = useQuery(chatQueries.messages(message.sessionId))
  const ids = siblings.split(' ')
  const answers = messages.filter(({ id }) => ids.includes(id)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className={classes.row} aria-label="Answers side by side" tabIndex={0}>
      {answers.map((answer) =>
        answer.id === message.id ? (
          <Column key={answer.id} answer={message} shown={shown}>
            <Badge variant="light">In use</Badge>
          </Column>
        ) : (
          <OtherAnswer key={answer.id} answer={answer} />
        ),
      )}
    </section>
  )
}

function OtherAnswer({ answer }: { answer: ChatMessage }) {
  const shown = useShown(answer)
  const { mutate, isPending } = useUpdateChat()
  const { id, sessionId } = answer
  return (
    <Column answer={answer} shown={shown}>
      <Button
        variant="default"
        size="xs"
        loading={isPending}
        onClick={() => mutate({ id: sessionId, changes: { leafId: id } })}
      >
        Go on with this one
      </Button>
    </Column>
  )
}

type ColumnProps = { answer: ChatMessage; shown: Shown; children: ReactNode }

const Column = ({ answer, shown, children }: ColumnProps) => (
  <article className={classes.answer} aria-label={`By ${answer.model}`}>
    <AnswerBody message={answer} shown={shown} />
    {answer.fault && <p className={classes.fault}>{answer.fault.message}</p>}
    <div className={classes.foot}>{children}</div>
  </article>
)
