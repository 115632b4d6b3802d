import { ActionIcon } from '@mantine/core'
import type { ChatMessage } from '@portal/contract'
import {
  IconRefresh,
  IconThumbDown,
  IconThumbDownFilled,
  IconThumbUp,
  IconThumbUpFilled,
} from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { CopyIcon, notifyFailed } from '../ui/index.ts'
import { Comparing } from './comparing.tsx'
import { SiblingSwitch } from './sibling-switch.tsx'
import { withThoughts } from './thoughts.ts'
import classes from './thread.module.css'
import { useRating } from './use-rating.ts'

type AnswerActionsProps = {
  message: ChatMessage
  siblings: string
  onAskAgain: (model?: string) => Promise<void>
}

/** What can be done with an answer. */
export function AnswerActions({ message, siblings, onAskAgain }: AnswerActionsProps) {
  const { mutate, isPending } = useMutation({ mutationFn: () => onAskAgain(), onError: notifyFailed })
  const { id, sessionId, parentId, content, fault } = message
  return (
    <div className={classes.actions}>
      <SiblingSwitch {...{ sessionId, id, siblings }} what="answer" />
      {content && <CopyIcon text={withThoughts(message, false).content} label="Copy the answer" />}
      {content && <Thumbs message={message} />}
      {/* What failed offers another try itself. */}
      {parentId !== null && !fault && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Answer again"
          loading={isPending}
          onClick={() => mutate()}
        >
          <IconRefresh size={16} aria-hidden />
        </ActionIcon>
      )}
      <Comparing {...{ message, siblings, onAskAgain }} />
    </div>
  )
}

const thumbs = [
  { thumb: 'up', value: 1, label: 'Good answer', Outline: IconThumbUp, Filled: IconThumbUpFilled },
  { thumb: 'down', value: -1, label: 'Bad answer', Outline: IconThumbDown, Filled: IconThumbDownFilled },
] as const

const RatingReason = lazy(() =>
  import('./rating-reason.tsx').then(({ RatingReason }) => ({ default: RatingReason })),
)

function Thumbs({ message }: { message: ChatMessage }) {
  const { mutate: rate, mutateAsync: keep } = useRating(message)
  // Which one somebody may give a reason for.
  const [given, setGiven] = useState<'up' | 'down' | null>(null)
  return (
    <>
      {thumbs.map(({ thumb, value, label, Outline, Filled }) => {
        const isOn = message.rating === value
        const Icon = isOn ? Filled : Outline
        return (
          <ActionIcon
            key={thumb}
            variant="subtle"
            color={isOn ? 'pine' : 'gray'}
            aria-label={label}
            aria-pressed={isOn}
            onClick={() => {
              rate({ thumb: isOn ? 'none' : thumb })
              setGiven(isOn ? null : thumb)
            }}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        )
      })}
      {given && (
        <Suspense>
          <RatingReason
            isGood={given === 'up'}
            onGive={(reason) => keep({ thumb: given, reason })}
            onClose={() => setGiven(null)}
          />
        </Suspense>
      )}
    </>
  )
}
