import { ActionIcon, VisuallyHidden } from '@mantine/core'
import type { Attachment } from '@portal/contract'
import { IconPencil } from '@tabler/icons-react'
import { useRef } from 'react'
import { CopyIcon } from '../ui/index.ts'
import { focusComposer } from './composer.tsx'
import { MessageFiles } from './message-files.tsx'
import type { MessageRowProps } from './message-row-props.ts'
import { QuestionEditor } from './question-editor.tsx'
import { SiblingSwitch } from './sibling-switch.tsx'
import classes from './thread.module.css'
import { useEdit } from './use-edit.ts'

/** What somebody asked; an edit is another question in its place. */
export function Question({ message, siblings, onAsk }: MessageRowProps) {
  const { text, isWanted, write, close } = useEdit(message)
  const edit = useRef<HTMLButtonElement>(null)
  const { id, sessionId, parentId, content, attachments } = message
  return (
    <div className={classes.question}>
      <VisuallyHidden component="h2">You</VisuallyHidden>
      {text !== null ? (
        <QuestionEditor
          text={text}
          isWanted={isWanted}
          onWrite={write}
          onSend={async (sent) => {
            await onAsk({ content: sent, parentId, attachments: stillThere(attachments) })
            focusComposer()
          }}
          onClose={() => {
            close()
            requestAnimationFrame(() => edit.current?.focus())
          }}
        />
      ) : (
        <>
          {attachments.length > 0 && <MessageFiles files={attachments} />}
          {content !== '' && <div className={classes.bubble}>{content}</div>}
          <div className={classes.actions}>
            <SiblingSwitch {...{ sessionId, id, siblings }} what="question" />
            {content !== '' && <CopyIcon text={content} label="Copy the question" />}
            <ActionIcon
              ref={edit}
              variant="subtle"
              color="gray"
              aria-label="Edit the question"
              onClick={() => write(content)}
            >
              <IconPencil size={16} aria-hidden />
            </ActionIcon>
          </div>
        </>
      )}
    </div>
  )
}

/** An edited question keeps its files. */
const stillThere = (files: readonly Attachment[]): { id: string }[] =>
  files.flatMap(({ id }) => (id === null ? [] : [{ id }]))
