import { ActionIcon } from '@mantine/core'
import { IconFile, IconRefresh, IconX } from '@tabler/icons-react'
import type { Attaching, AttachmentBox } from './attaching.ts'
import { sizeText } from './file-text.ts'
import classes from './files.module.css'

type AttachmentListProps = { box: AttachmentBox; items: readonly Attaching[] }

/** The files that go with the next question: how far they are, and how to be rid of them. */
export const AttachmentList = ({ box, items }: AttachmentListProps) => (
  <ul className={classes.list} aria-label="Files of the message">
    {items.map((item) => (
      <li key={item.key} className={classes.card} data-failed={item.fault !== null || undefined}>
        <Sign url={item.stored?.thumbnailUrl ?? null} />
        <span className={classes.words}>
          <span className={classes.name} title={item.name}>
            {item.name}
          </span>
          <span className={classes.about} role={item.fault === null ? undefined : 'alert'}>
            {item.fault ?? stateOf(item)}
          </span>
        </span>
        <span className={classes.tools}>
          {item.fault !== null && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Upload ${item.name} again`}
              onClick={() => box.retry(item.key)}
            >
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={item.stored ? `Remove ${item.name}` : `Cancel ${item.name}`}
            onClick={() => box.remove(item.key)}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </span>
        {!item.stored && item.fault === null && (
          <progress
            className={classes.progress}
            value={item.progress}
            aria-label={`Upload of ${item.name}`}
          />
        )}
      </li>
    ))}
  </ul>
)

const stateOf = ({ size, stored, progress }: Attaching): string =>
  stored ? sizeText(size) : `${Math.round(progress * 100)} % of ${sizeText(size)}`

/** A small picture of a file, or the sign of one. */
export const Sign = ({ url }: { url: string | null }) => (
  <span className={classes.sign}>
    {url ? <img src={url} alt="" loading="lazy" /> : <IconFile size={20} aria-hidden />}
  </span>
)
