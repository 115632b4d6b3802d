import { ActionIcon } from '@mantine/core'
import { IconFile, IconRefresh, IconX } from '@tabler/icons-react'
import type { Attaching, AttachmentBox } from './attaching.ts'
import { aboutFile, sizeText } from './file-text.ts'
import classes from './files.module.css'

type AttachmentListProps = { box: AttachmentBox; items: readonly Attaching[]; isAwaited: boolean }

/** The files that go with the next question: how far they are, and how to be rid of them. */
export const AttachmentList = ({ box, items, isAwaited }: AttachmentListProps) => (
  <>
    <ul className={classes.list} aria-label="Files of the message">
      {items.map((item) => (
        <Item key={item.key} box={box} item={item} />
      ))}
    </ul>
    {isAwaited && items.some(isOnItsWay) && (
      <p className={classes.awaited} role="status">
        The message goes once its files are uploaded.
      </p>
    )}
  </>
)

const isOnItsWay = ({ stored, fault }: Attaching): boolean => stored === null && fault === null

const Item = ({ box, item }: { box: AttachmentBox; item: Attaching }) => (
  <li className={classes.card} data-failed={item.fault !== null || undefined}>
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
      {item.fault !== null && item.source && (
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
        aria-label={isOnItsWay(item) ? `Cancel ${item.name}` : `Remove ${item.name}`}
        onClick={() => box.remove(item.key)}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </span>
    {isOnItsWay(item) && (
      <progress className={classes.progress} value={item.progress} aria-label={`Upload of ${item.name}`} />
    )}
  </li>
)

const stateOf = ({ size, stored, progress }: Attaching): string =>
  stored ? aboutFile(stored) : `${Math.round(progress * 100)} % of ${sizeText(size)}`

/** A small picture of a file, or the sign of one. */
export const Sign = ({ url }: { url: string | null }) => (
  <span className={classes.sign}>
    {url ? <img src={url} alt="" loading="lazy" /> : <IconFile size={20} aria-hidden />}
  </span>
)
