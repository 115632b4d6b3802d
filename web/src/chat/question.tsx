import { ActionIcon, VisuallyHidden } from '@mantine/core'
import type { Attachment } from '@portal/contract'
import { IconPencil } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { CopyIcon } from '../ui/index.ts'
import { focusComposer } from './composer.tsx'
import { MessageFiles } from './message-files.tsx'
import type { MessageRowProps } from './message-row-props.ts'
import { QuestionEditor } from './question-editor.tsx'
import { SiblingSwitch } from './sibling-switch.tsx'
import classes from './thread.module.css'

/** What somebody asked; an edit is another question in its place. */
export function Question({ message, siblings, onAsk }: MessageRowProps) {
  const [isEditing, setEditing] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const { id, sessionId, parentId, content, attachments } = message
  return (
    <div className={classes.question}>
      <VisuallyHidden component="h2">You</VisuallyHidden>
      {isEditing ? (
        <QuestionEditor
          text={content}
          onSend={async (text) => {
            await onAsk({ content: text, parentId, attachments: stillThere(attachments) })
            focusComposer()
          }}
          onClose={() => {
            setEditing(false)
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
              onClick={() => setEditing(true)}
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
