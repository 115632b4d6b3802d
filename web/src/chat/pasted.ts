import { type ClipboardEvent, type KeyboardEvent, useRef } from 'react'

/** Longer pasted texts become files: in the field they would only be in the way. */
const charactersMax = 10_000

type PasteOptions = {
  /** Whether it was asked for as plain text, as by Cmd or Ctrl with Shift and V. */
  isPlain: boolean
}

/** The files that a paste brings, where it is to bring files: pictures, files, and long texts. */
export function pastedFiles(data: DataTransfer, { isPlain }: PasteOptions): readonly File[] {
  if (isPlain) return []
  const text = data.getData('text/plain')
  // Cells of a table and parts of a document come with a picture of themselves: what was meant is the text.
  const isRichText = text !== '' && data.types.includes('text/html')
  const files = isRichText ? [] : Array.from(data.files)
  if (files.length > 0) return files
  return text.length > charactersMax ? [new File([text], 'Pasted text.txt', { type: 'text/plain' })] : []
}

/** Handlers of a field in which files can be pasted. */
export function usePastedFiles(onFiles: (files: readonly File[]) => void) {
  const isPlain = useRef(false)
  return {
    /** Of every key: a paste does not say itself which keys it came by. */
    watchKey({ code, shiftKey, metaKey, ctrlKey }: KeyboardEvent) {
      isPlain.current = code === 'KeyV' && shiftKey && (metaKey || ctrlKey)
    },
    onPaste(event: ClipboardEvent) {
      const files = pastedFiles(event.clipboardData, { isPlain: isPlain.current })
      isPlain.current = false
      if (files.length === 0) return
      event.preventDefault()
      onFiles(files)
    },
  }
}
