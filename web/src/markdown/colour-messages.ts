// What the page and its worker for colours tell each other.
import type { Grammars } from './code-languages.ts'

/** How a piece of code looks: its colours in both themes, and its shape. */
export type PieceStyle = {
  '--light': string
  '--dark': string
  fontStyle?: string
  fontWeight?: number
  textDecoration?: string
}

/** Code in colours: the pieces of its lines, each with the number of its style. */
export type Colours = { lines: [text: string, style: number][][]; styles: PieceStyle[] }

/** Asks for the colours of a text; a language's grammars are sent once, before its first text or with it. */
export type ColourQuestion = { id: number; language: string; text: string; grammars: Grammars | null }

/** Null where they could not be found. */
export type ColourAnswer = { id: number; colours: Colours | null }
