import { lazy, memo, Suspense } from 'react'
import { Answer } from './answer.tsx'
import type { MessageRowProps } from './message-row-props.ts'
import { Question } from './question.tsx'

const MessageVideo = lazy(() =>
  import('./message-video.tsx').then(({ MessageVideo }) => ({ default: MessageVideo })),
)

/** One message of the thread; made anew only when it has changed. */
export const MessageRow = memo((props: MessageRowProps) => {
  const { role, video } = props.message
  return (
    <>
      {role === 'assistant' ? <Answer {...props} /> : <Question {...props} />}
      {video && (
        <Suspense>
          <MessageVideo video={video} />
        </Suspense>
      )}
    </>
  )
})
