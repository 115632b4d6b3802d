import type { Attachment } from '@portal/contract'
import { useState } from 'react'
import { Dialog } from '../ui/index.ts'
import { Sign } from './attachment-list.tsx'
import { aboutFile } from './file-text.ts'
import classes from './files.module.css'

/** The files of a message: pictures as pictures, videos to be played, others to be kept. */
export const MessageFiles = ({ files }: { files: readonly Attachment[] }) => (
  <ul className={classes.pictures} aria-label="Files">
    {files.map((file, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the files of a message never change their order
      <li key={i}>
        <MessageFile file={file} />
      </li>
    ))}
  </ul>
)

function MessageFile({ file }: { file: Attachment }) {
  if (file.url && file.thumbnailUrl && file.type.startsWith('image/')) return <Picture file={file} />
  if (file.url && file.type.startsWith('video/')) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: people's own videos have none
      <video
        className={classes.video}
        src={file.url}
        poster={file.thumbnailUrl ?? undefined}
        aria-label={file.name}
        controls
        preload="none"
      />
    )
  }
  return <FileCard file={file} />
}

function FileCard({ file }: { file: Attachment }) {
  const inside = (
    <>
      <Sign url={file.thumbnailUrl} />
      <span className={classes.words}>
        <span className={classes.name} title={file.name}>
          {file.name}
        </span>
        <span className={classes.about}>{aboutFile(file)}</span>
      </span>
    </>
  )
  if (!file.url) return <div className={classes.card}>{inside}</div>
  return (
    <a className={classes.card} href={file.url} download={file.name}>
      {inside}
    </a>
  )
}

/** A picture, small in its place and whole in a dialog. */
function Picture({ file: { name, url, thumbnailUrl } }: { file: Attachment }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className={classes.picture}
        onClick={() => setOpen(true)}
        aria-label={`Show ${name}`}
      >
        <img src={thumbnailUrl ?? ''} alt={name} loading="lazy" />
      </button>
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title={name} size="xl">
        <img className={classes.whole} src={url ?? ''} alt={name} />
      </Dialog>
    </>
  )
}
