// Mathematics between $$ … $$, \( … \) and \[ … \]. A single $ is money, and $$ within a line hugs what it holds: `echo $$`
// is a process.
import type { TokenizerExtension, Tokens } from 'marked'

/** A formula: its TeX, and whether it stands on its own. */
export type MathToken = Tokens.Generic & { type: 'math'; text: string; isBlock: boolean }

const blocks = [
  /^ {0,3}\$\$(?!\$)((?:(?!\$\$)[\s\S])+?)\$\$[ \t]*(?:\n|$)/,
  /^ {0,3}\\\[((?:(?!\\\])[\s\S])+?)\\\][ \t]*(?:\n|$)/,
]
const inlines = [
  { rule: /^\$\$(?![\s$])((?:(?!\$\$)[^\n])*[^\s$])\$\$(?!\$)/, isBlock: false },
  { rule: /^\\\(((?:(?!\\\))[\s\S])+?)\\\)/, isBlock: false },
  { rule: /^\\\[((?:(?!\\\])[\s\S])+?)\\\]/, isBlock: true },
]

const tokenOf = ([raw, text]: RegExpExecArray, isBlock: boolean): MathToken | undefined =>
  // A blank line ends every part of a text, and a formula with it.
  text?.trim() && !/\n[ \t]*\n/.test(text) ? { type: 'math', raw, text: text.trim(), isBlock } : undefined

const found = (at: number): number | undefined => (at < 0 ? undefined : at)

const block: TokenizerExtension = {
  name: 'math',
  level: 'block',
  start: (text) => found(text.search(/^ {0,3}(?:\$\$|\\\[)/m)),
  tokenizer(text) {
    const match = blocks.map((rule) => rule.exec(text)).find((each) => each !== null)
    return match ? tokenOf(match, true) : undefined
  },
}

const inline: TokenizerExtension = {
  name: 'math',
  level: 'inline',
  start: (text) => found(text.search(/\$\$|\\[([]/)),
  tokenizer(text) {
    for (const { rule, isBlock } of inlines) {
      const match = rule.exec(text)
      if (match) return tokenOf(match, isBlock)
    }
    return undefined
  },
}

/** What marked has to know to find formulas. */
export const mathTokens = [block, inline]
