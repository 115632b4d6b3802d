const quote = 34
const opens = new Set([91, 123])
const closes = new Set([93, 125])

/**
 * Whether valid JSON nests deeper than a bound: what is parsed without trouble may still overflow the stack of
 * whoever walks it later.
 */
export function nestsDeeperThan(max: number, json: string): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === quote) at = endOfString(json, at)
    else if (opens.has(code)) depth += 1
    else if (closes.has(code)) depth -= 1
    if (depth > max) return true
  }
  return false
}

/** Where the string that starts at `start` has its closing quote. */
function endOfString(json: string, start: number): number {
  let end = start
  do end = json.indexOf('"', end + 1)
  while (end > 0 && isEscaped(json, end))
  return end < 0 ? json.length : end
}

/** An odd number of backslashes before it escapes a character. */
function isEscaped(json: string, at: number): boolean {
  let first = at
  while (json[first - 1] === '\\') first -= 1
  return (at - first) % 2 === 1
}
