// What people wrote, made fit for a mail: it may neither break out of its place nor lead anywhere.

const lengthMax = 80
const subjectLengthMax = 78

/** One line of at most 80 characters without control characters, in which no program finds a link. */
export const words = (text: string): string => withoutLinks(shortened(oneLine(text), lengthMax))

/** A header of at most 78 characters (RFC 5322 §2.1.1), on one line. */
export const subjectLine = (text: string): string => shortened(oneLine(text), subjectLengthMax)

/** Text as it shows in HTML, attributes included. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** An instant for people everywhere: `22 November 2026 at 06:20 UTC`. */
export const instant = (at: Date): string => `${instantFormat.format(at)} UTC`

const instantFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** Without line ends, and without what turns the direction of the text around it. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** Cut between characters as people see them. */
function shortened(text: string, max: number): string {
  if (text.length <= max) return text
  let short = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (short.length + segment.length > max - 1) break
    short += segment
  }
  return `${short}…`
}

/** A word joiner after every dot, colon, at sign and slash inside a word: mail programs make links of plain text. */
const withoutLinks = (text: string): string => text.replace(/(?<=\S)[.:@/](?=\S)/g, '$&\u2060')
