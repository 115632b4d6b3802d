/** Watches a JSON object or array come in pieces; `isComplete` from its closing bracket on. */
export type JsonEnd = { push(text: string): void; readonly isComplete: boolean }

export function createJsonEnd(): JsonEnd {
  let depth = 0
  let isComplete = false
  let isInString = false
  let isEscaped = false
  const inString = (char: string): void => {
    if (isEscaped) isEscaped = false
    else if (char === '\\') isEscaped = true
    else if (char === '"') isInString = false
  }
  const outside = (char: string): void => {
    if (char === '"') isInString = true
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') {
      depth -= 1
      isComplete ||= depth <= 0
    }
  }
  return {
    push(text) {
      for (const char of text) {
        if (isInString) inString(char)
        else outside(char)
      }
    },
    get isComplete() {
      return isComplete
    },
  }
}
