import mammoth from 'mammoth'
import { repack } from './archive.ts'
import { cut } from './cut.ts'
import type { Draft } from './draft.ts'
import type { Passage, ReadingLimits } from './reading.ts'

/** What mammoth makes of a document's parts: as much as is used here. */
type Element = {
  type: string
  value?: string
  styleName?: string | null
  children?: Element[]
  notes?: { _notes: Record<string, { body: Element[] }> }
}

type Section = { title: string | null; units: string[] }

/** Reads Word's format of 2007 and later, by sections where it has headings. */
export async function readDocx(file: Buffer, limits: ReadingLimits): Promise<Draft> {
  const document = await elementsOf(await repack(file, limits))
  return { passages: passagesOf(sectionsOf(document)) }
}

/** The document as mammoth understands it, taken on its way to HTML, which nobody needs here. */
async function elementsOf(archive: Buffer): Promise<Element> {
  let document: Element = { type: 'document' }
  await mammoth.convertToHtml(
    { buffer: archive },
    {
      transformDocument(whole: Element) {
        document = whole
        return { ...whole, children: [] }
      },
    },
  )
  return document
}

async function* passagesOf(sections: Section[]): AsyncGenerator<Passage> {
  for (const { title, units } of sections) {
    const place = title === null ? null : `section "${title}"`
    yield* cut({ units, separator: '\n\n', placeOf: () => place })
  }
}

function sectionsOf(document: Element): Section[] {
  const sections: Section[] = [{ title: null, units: [] }]
  for (const element of document.children ?? []) {
    const unit = textOf(element).trim()
    if (unit === '') continue
    if (isHeading(element)) sections.push({ title: unit.slice(0, 120), units: [] })
    sections.at(-1)?.units.push(unit)
  }
  const notes = Object.values(document.notes?._notes ?? {}).flatMap(({ body }) => body.map(textOf))
  return [...sections, { title: 'Notes', units: notes.map((note) => note.trim()).filter(Boolean) }]
}

const isHeading = ({ styleName }: Element): boolean => /^(heading \d|title)$/i.test(styleName ?? '')

const marks: Record<string, string> = { tab: '\t', break: '\n' }

function textOf(element: Element): string {
  if (element.type === 'text') return element.value ?? ''
  const parts = (element.children ?? []).map(textOf)
  if (element.type === 'table') return parts.join('\n')
  if (element.type === 'tableRow') return parts.map((part) => part.trim().replaceAll('\n', ' ')).join(' | ')
  if (element.type === 'tableCell') return parts.join('\n')
  return marks[element.type] ?? parts.join('')
}
