/** Longer pasted texts become files: in the field they would only be in the way. */
const charactersMax = 10_000

/** The files that a paste brings, where it is to bring files: pictures, files, and long texts. */
export function pastedFiles({ clipboardData }: ClipboardEvent): readonly File[] {
  if (!clipboardData) return []
  const files = Array.from(clipboardData.files)
  if (files.length > 0) return files
  const text = clipboardData.getData('text/plain')
  return text.length > charactersMax ? [new File([text], 'Pasted text.txt', { type: 'text/plain' })] : []
}
