import type { Attachment } from '@portal/contract'

const units = ['bytes', 'KB', 'MB', 'GB', 'TB']

/** A size as people say it, e.g. `1.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes === 1) return '1 byte'
  const unit = units.findLastIndex((_, i) => bytes >= 1024 ** i)
  const value = bytes / 1024 ** Math.max(0, unit)
  const text = unit > 0 && value < 10 ? value.toFixed(1).replace('.0', '') : String(Math.round(value))
  return `${text} ${units[Math.max(0, unit)]}`
}

const notes: Record<NonNullable<Attachment['note']>, string> = {
  scanned: 'Its pages are pictures without text',
  truncated: 'Only its beginning could be read',
  encrypted: 'It is protected by a password',
  damaged: 'It is damaged, and could not be read',
  too_large: 'It is too large to be read: split it, or save a table as CSV',
  took_too_long: 'Reading it took too long',
  by_name_only: 'The model knows its name alone',
}

/** What there is to say of a file beside its name. */
export function aboutFile({ size, status, note, pages, durationMs }: Omit<Attachment, 'name'>): string {
  if (status === 'deleted') return 'Deleted'
  const facts = [
    sizeText(size),
    ...(pages === null ? [] : [`${pages} ${pages === 1 ? 'page' : 'pages'}`]),
    ...(durationMs === null ? [] : [`${Math.round(durationMs / 1000)} s`]),
    ...(status === 'reading' ? ['Being read'] : []),
    ...(note === null ? [] : [notes[note]]),
  ]
  return facts.join(' · ')
}
