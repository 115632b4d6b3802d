// Colours of code, found by a worker and remembered for a while.
import { grammarOf } from './code-languages.ts'
import type { ColourAnswer, ColourQuestion, Colours } from './colour-messages.ts'
import { createRecent } from './recent.ts'

/** Longer code stays plain. */
const lengthMax = 50_000
/** A worker that takes longer is ended: some patterns would take forever. */
const patienceMs = 8000
/** One that has nothing to do gives back its memory. */
const idleMs = 60_000

const recent = createRecent<Colours>({ sizeMax: 300_000 })

type Desk = { worker: Worker; sent: Set<string>; waiting: Map<number, (colours: Colours | null) => void> }

let desk: Desk | null = null
let asked = 0
let closing: ReturnType<typeof setTimeout> | undefined

const keyOf = (language: string, text: string): string => `${language}\n${text}`

/** The colours that are known already. */
export const knownColours = (language: string, text: string): Colours | null =>
  recent.get(keyOf(language, text)) ?? null

/** The colours of code; null where it has none: its language is unknown, it is too long, or they took too long. */
export async function coloursOf(language: string, text: string): Promise<Colours | null> {
  const grammar = grammarOf(language)
  if (!grammar || text.length > lengthMax) return null
  const known = knownColours(language, text)
  if (known) return known
  const grammars = await grammar.load()
  const { sent, worker, waiting } = openDesk()
  const question: ColourQuestion = {
    ...{ id: ++asked, language: grammar.id, text },
    grammars: sent.has(grammar.id) ? null : grammars,
  }
  sent.add(grammar.id)
  const colours = await new Promise<Colours | null>((resolve) => {
    const impatience = setTimeout(closeDesk, patienceMs)
    waiting.set(question.id, (found) => {
      clearTimeout(impatience)
      resolve(found)
    })
    worker.postMessage(question)
  })
  if (colours) recent.put(keyOf(language, text), colours, text.length)
  return colours
}

function openDesk(): Desk {
  clearTimeout(closing)
  if (desk) return desk
  const worker = new Worker(new URL('./colour-worker.ts', import.meta.url), { type: 'module' })
  const opened: Desk = { worker, sent: new Set(), waiting: new Map() }
  worker.addEventListener('message', ({ data: { id, colours } }: MessageEvent<ColourAnswer>) => {
    opened.waiting.get(id)?.(colours)
    opened.waiting.delete(id)
    if (opened.waiting.size === 0) closing = setTimeout(closeDesk, idleMs)
  })
  worker.addEventListener('error', closeDesk)
  desk = opened
  return opened
}

/** Whoever waits still gets nothing; the next question opens another. */
function closeDesk(): void {
  clearTimeout(closing)
  desk?.worker.terminate()
  for (const answer of desk?.waiting.values() ?? []) answer(null)
  desk = null
}
