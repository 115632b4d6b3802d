import { memo } from 'react'
import { Answer } from './answer.tsx'
import type { MessageRowProps } from './message-row-props.ts'
import { Question } from './question.tsx'

/** One message of the thread; made anew only when it has changed. */
export const MessageRow = memo((props: MessageRowProps) =>
  props.message.role === 'assistant' ? <Answer {...props} /> : <Question {...props} />,
)
