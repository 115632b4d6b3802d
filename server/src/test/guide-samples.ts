// What a page of the guide shows as code, and which pieces of it make one program.

/** A fenced block; `line` is where its code begins. `notRun` is why it cannot be run, where the page says so. */
export type Block = {
  page: string
  line: number
  /** What stands after the fence: `ts`, or `diff ts` for a change to it. */
  language: string
  code: string
  notRun: string | null
  /** Whether it is what the sample before it answers. */
  isAnswer: boolean
}

/** What a reader would save in one file, or paste at once. */
export type Program = {
  page: string
  lines: number[]
  language: Language
  code: string
  /** What the page says it answers with. */
  answer: Block | null
}

export type Language = 'ts' | 'js' | 'python' | 'sh'

/** Blocks that nobody runs. */
const dataLanguages = new Set(['json', 'text', 'http', 'mermaid'])
const languages = new Set<string>(['ts', 'js', 'python', 'sh'] satisfies Language[])

/** A block with the comment before it, if there is one. */
const BLOCK = /^(?:<!-- ([^\n]+) -->\n+)?```([^\n]*)\n(.*?)^```$/gms

/** The fenced blocks of a page. @throws Error where one is not closed */
export function blocksOf(page: string, text: string): Block[] {
  const fences = text.match(/^```/gm) ?? []
  if (fences.length % 2 === 1) throw new Error(`${page} has a block without an end.`)
  return [...text.matchAll(BLOCK)].map(
    ({ 0: all, 1: comment = '', 2: language = '', 3: code = '', index }) => {
      const before = text.slice(0, index + all.length - code.length - '```'.length)
      return { page, line: before.split('\n').length, language, code, ...meantBy(comment) }
    },
  )
}

/** What the comment before a block says of it. */
const meantBy = (comment: string): Pick<Block, 'notRun' | 'isAnswer'> => ({
  notRun: /^not run: (.+)$/.exec(comment)?.[1] ?? null,
  isAnswer: comment === 'answer',
})

/** Blocks that are neither run nor data, nor say why they are not run. */
export const unknownBlocks = (blocks: readonly Block[]): Block[] =>
  blocks.filter(({ language, notRun }) => !dataLanguages.has(language) && !notRun && !languageOf(language))

function languageOf(name: string): Language | null {
  const bare = name.replace(/^diff /, '')
  return languages.has(bare) ? (bare as Language) : null
}

/** What is to be run: a block that imports nothing goes on with the one before it, commands each stand alone. */
export function programsOf(blocks: readonly Block[]): Program[] {
  const programs: Program[] = []
  for (const block of blocks) {
    const language = languageOf(block.language)
    if (block.isAnswer) lastOf(programs, block).answer = block
    else if (language && !block.notRun) addTo(programs, { block, language })
  }
  return programs
}

function lastOf(programs: readonly Program[], { page, line }: Block): Program {
  const last = programs.at(-1)
  if (last?.page === page) return last
  throw new Error(`${page}:${line} answers nothing.`)
}

function addTo(programs: Program[], { block, language }: { block: Block; language: Language }): void {
  const { page, line } = block
  const code = block.language.startsWith('diff ') ? afterOf(block.code) : block.code
  const isWhole = language === 'sh' || /^(import|from) /m.test(code)
  const begun = programs.findLast((program) => program.page === page && program.language === language)
  if (isWhole || !begun) {
    programs.push({ page, lines: [line], language, code, answer: null })
    return
  }
  begun.code += code
  begun.lines.push(line)
}

/** What a diff leaves. */
const afterOf = (diff: string): string => diff.replace(/^-.*\n/gm, '').replace(/^[+ ]/gm, '')

/** What a program says, in comments, that it prints; a line each. */
export const printsOf = (code: string): string[] =>
  [...code.matchAll(/(?:\/\/|#) prints: (.+)$/gm)].map(([, line = '']) => line)
