// Whether a program answers as its page says: the same shape, and the same words where the dialects fix them.
import { expect } from 'vitest'

/** Fields whose values a client decides by. */
const fixed = /^(type|role|object|finish_reason|stop_reason|code|name|event)$/

/** @throws where the output is not what the page shows; "…" in a page stands for anything */
export function expectAnswer(output: string, { language, code }: { language: string; code: string }): void {
  if (language === 'json') expectShape(JSON.parse(output), { shown: JSON.parse(code), at: '' })
  else expectLines(output, code)
}

/** Every line that is shown, up to its first "…", occurs in this order. */
function expectLines(output: string, shown: string): void {
  let rest = output
  for (const line of shown.split('\n').filter(Boolean)) {
    const start = line.split('…')[0] ?? ''
    expect(rest).toContain(start)
    rest = rest.slice(rest.indexOf(start) + start.length)
  }
}

function expectShape(actual: unknown, { shown, at }: { shown: unknown; at: string }): void {
  const name = /\w+$/.exec(at)?.[0] ?? ''
  if (typeof shown !== 'object' || shown === null) {
    if (fixed.test(name)) expect(actual, at).toBe(shown)
    else expect(typeof actual, at).toBe(typeof shown)
    return
  }
  expect(actual, at).toBeInstanceOf(Object)
  for (const [key, value] of Object.entries(shown)) {
    expect(actual, at).toHaveProperty([key])
    expectShape((actual as Record<string, unknown>)[key], { shown: value, at: `${at}.${key}` })
  }
}
