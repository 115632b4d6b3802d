import { Anchor } from '@mantine/core'
import type { Attachment } from '@portal/contract'
import { useState } from 'react'
import { Dialog } from '../ui/index.ts'
import { Sign } from './attachment-list.tsx'
import { aboutFile } from './file-text.ts'
import classes from './files.module.css'

/** The files of a message: pictures as pictures, videos to be played, below them others to be kept. */
export function MessageFiles({ files }: { files: readonly Attachment[] }) {
  const seen = files.filter(isSeen)
  const others = files.filter((file) => !isSeen(file))
  return (
    <>
      {seen.length > 0 && <FileList label="Pictures and videos" files={seen} />}
      {others.length > 0 && <FileList label="Files" files={others} />}
    </>
  )
}

const FileList = ({ label, files }: { label: string; files: readonly Attachment[] }) => (
  <ul className={classes.pictures} aria-label={label}>
    {files.map((file, i) => (
      <li key={file.id ?? i}>
        <MessageFile file={file} />
      </li>
    ))}
  </ul>
)

const isPicture = ({ url, thumbnailUrl, type }: Attachment): boolean =>
  url !== null && thumbnailUrl !== null && type.startsWith('image/')
const isVideo = ({ url, type }: Attachment): boolean => url !== null && type.startsWith('video/')
const isSeen = (file: Attachment): boolean => isPicture(file) || isVideo(file)

function MessageFile({ file }: { file: Attachment }) {
  if (isPicture(file)) return <Picture file={file} />
  return isVideo(file) ? <Video file={file} /> : <FileCard file={file} />
}

const Video = ({ file: { name, url, thumbnailUrl } }: { file: Attachment }) => (
  // biome-ignore lint/a11y/useMediaCaption: people's own videos have none
  <video
    className={classes.video}
    src={url ?? undefined}
    poster={thumbnailUrl ?? undefined}
    aria-label={name}
    controls
    playsInline
    preload={thumbnailUrl ? 'none' : 'metadata'}
  />
)

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
        aria-haspopup="dialog"
      >
        <img src={thumbnailUrl ?? ''} alt="" />
      </button>
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title={name} size="xl">
        <img className={classes.whole} src={url ?? ''} alt={name} />
        <Anchor href={url ?? ''} download={name} size="sm" mt="sm" display="block">
          Download
        </Anchor>
      </Dialog>
    </>
  )
}
