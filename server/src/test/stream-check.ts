// Reads along with every stream a portal sends, and notes those that are none in their dialect.
import type { ServerResponse } from 'node:http'
import { checkAnthropicStream, checkOpenAiStream } from '../gateway/dialects/test-grammar.ts'

const checks: Record<string, (text: string) => unknown> = {
  openai: checkOpenAiStream,
  anthropic: checkAnthropicStream,
}

/** Keeps what a response writes; once it has ended as a stream, what is wrong with it goes to `faults`. */
export function watchStream(res: ServerResponse, faults: string[]): void {
  let text = ''
  for (const name of ['write', 'end'] as const) {
    const real = res[name].bind(res) as (...args: unknown[]) => never
    res[name] = (...args: unknown[]) => {
      if (typeof args[0] === 'string') text += args[0]
      return real(...args)
    }
  }
  res.once('finish', () => {
    const type = String(res.getHeader('content-type') ?? '')
    const check = checks[String(res.getHeader('x-portal-format'))]
    if (!(check && type.startsWith('text/event-stream'))) return
    try {
      check(text)
    } catch (error) {
      faults.push(`${(error as Error).message} In:\n${text.slice(0, 4000)}`)
    }
  })
}
