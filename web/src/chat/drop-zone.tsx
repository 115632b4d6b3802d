import { fileLimits } from '@portal/contract'
import { IconFileUpload } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import classes from './files.module.css'

/** Takes files that are dropped anywhere in the window, and says so while they hover. */
export function DropZone({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      // Out of the window, and not into another element of it.
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(false)
      const files = droppedFiles(event.dataTransfer)
      if (files.length > 0) onFiles(files)
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [onFiles])
  if (!isOver) return null
  return (
    <div className={classes.drop}>
      <IconFileUpload size={36} aria-hidden />
      Drop the files into the message
      <small>
        {fileLimits.attachmentsMax} files at most, of {fileLimits.bytesMax / 1024 / 1024} MB each
      </small>
    </div>
  )
}

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false

/** Folders come as files that nobody can read: they are left out. */
const droppedFiles = (transfer: DataTransfer | null): readonly File[] =>
  Array.from(transfer?.items ?? []).flatMap((item) => {
    const file = item.webkitGetAsEntry()?.isDirectory ? null : item.getAsFile()
    return file ?? []
  })
