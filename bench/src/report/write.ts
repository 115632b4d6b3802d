import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const readme = fileURLToPath(new URL('../../README.md', import.meta.url))
const start = '<!-- figures: begin -->'
const end = '<!-- figures: end -->'

/** Puts the figures between the markers of bench/README.md. @throws Error when a marker is missing */
export function writeFigures(markdown: string): void {
  const text = readFileSync(readme, 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${readme} has lost its markers.`)
  writeFileSync(readme, `${text.slice(0, from + start.length)}\n\n${markdown}\n\n${text.slice(to)}`)
}
