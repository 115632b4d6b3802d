import { Title } from '@mantine/core'
import type { SharedMessage } from '@portal/contract'
import { type ReactNode, Suspense } from 'react'
import { ModelText } from '../markdown/index.ts'
import { useDocumentTitle } from '../ui/index.ts'
import classes from './transcript.module.css'

/** A message, with the names of the tools that it called where they are shown. */
type Said = Omit<SharedMessage, 'createdAt' | 'status'> & { tools?: readonly string[] }

type TranscriptProps = {
  title: string
  messages: readonly Said[]
  /** What stands below the title. */
  children?: ReactNode
}

/** A chat to be read and no more. */
export function Transcript({ title, messages, children }: TranscriptProps) {
  useDocumentTitle(title)
  return (
    <article className={classes.transcript}>
      <Title order={1}>{title}</Title>
      {children}
      {messages.map(({ role, model, content, attachments, tools = [] }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing is added to what was said
        <section key={i} className={classes.message} data-role={role}>
          <h2 className={classes.speaker}>{role === 'user' ? 'Question' : (model ?? 'Answer')}</h2>
          {attachments.length > 0 && <p className={classes.files}>With {attachments.join(', ')}</p>}
          {tools.length > 0 && <p className={classes.files}>Tools called: {tools.join(', ')}</p>}
          {role === 'user' ? (
            <div className={classes.said}>{content}</div>
          ) : (
            <Suspense fallback={<div className={classes.said}>{content}</div>}>
              <ModelText text={content} isGrowing={false} />
            </Suspense>
          )}
        </section>
      ))}
    </article>
  )
}
