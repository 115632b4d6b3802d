// Changes to a JSON text that leave all else in it as it was spelled. What is given has been parsed already.

type Span = { start: number; end: number }

const isSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\n' || char === '\r' || char === '\t'

/** The same JSON in one line: only between its words can there be a line's end. */
export const inOneLine = (json: string): string => (json.includes('\n') ? json.replaceAll('\n', ' ') : json)

/** The same JSON with another value in the field that the path leads to; at the end of its object where it had none. */
export function withField(json: string, [name = '', ...inner]: readonly string[], value: unknown): string {
  const made = inner.reduceRight<unknown>((child, key) => ({ [key]: child }), value)
  const found = spanOf(json, name)
  if (!found) return withFieldAdded(json, name, made)
  const { start, end } = found
  const old = json.slice(start, end)
  const changed =
    inner.length > 0 && old.startsWith('{') ? withField(old, inner, value) : JSON.stringify(made)
  return json.slice(0, start) + changed + json.slice(end)
}

function withFieldAdded(json: string, name: string, value: unknown): string {
  const end = json.lastIndexOf('}')
  const isEmpty = json.slice(0, end).trim() === '{'
  return `${json.slice(0, end)}${isEmpty ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}${json.slice(end)}`
}

/** Where the value of an object's own field stands: of several of that name the last, which parsers take. */
function spanOf(json: string, name: string): Span | null {
  let start = -1
  let found: Span | null = null
  for (const { char, at, end } of ownMarks(json)) {
    if (char === '"') {
      const colon = afterSpace(json, end)
      const isKey = json[colon] === ':' && JSON.parse(json.slice(at, end)) === name
      if (isKey) start = afterSpace(json, colon + 1)
    } else if (start >= 0) {
      found = { start, end: beforeSpace(json, at) }
      start = -1
    }
  }
  return found
}

/** What tells an object's own fields apart: its strings, the commas between its fields, and the bracket that ends it. */
function* ownMarks(json: string): Iterable<{ char: string; at: number; end: number }> {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const char = json.charAt(at)
    const end = char === '"' ? endOfText(json, at) : at + 1
    depth += depths.get(char) ?? 0
    if ((depth === 1 && (char === '"' || char === ',')) || (depth === 0 && char === '}'))
      yield { char, at, end }
    at = end - 1
  }
}

const depths = new Map([
  ['{', 1],
  ['[', 1],
  ['}', -1],
  [']', -1],
])

function afterSpace(json: string, at: number): number {
  let next = at
  while (isSpace(json[next])) next += 1
  return next
}

function beforeSpace(json: string, at: number): number {
  let end = at
  while (isSpace(json[end - 1])) end -= 1
  return end
}

/** The place behind a string that begins here. */
function endOfText(json: string, at: number): number {
  let end = json.indexOf('"', at + 1)
  while (end >= 0 && isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end < 0 ? json.length : end + 1
}

function isEscaped(json: string, at: number): boolean {
  let first = at
  while (json[first - 1] === '\\') first -= 1
  return (at - first) % 2 === 1
}
