// An answer as server-sent events, paced word by word.
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Choice } from './limit.ts'
import type { ToolCall } from './wire.ts'

/** What every chunk of an answer repeats. */
export type Head = { id: string; created: number; model: string; system_fingerprint: string }
export type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number }

/** The answer's events, `[DONE]` last; each word comes after `delayMs`. Ends with the signal's reason on abort. */
export async function* streamAnswer(
  answer: { head: Head; choices: readonly Choice[]; usage: Usage | undefined },
  pace: { delayMs: number; signal: AbortSignal },
): AsyncGenerator<string> {
  const { head, choices, usage } = answer
  const chunk = (fields: object) => event({ ...head, object: 'chat.completion.chunk', ...fields })
  const withoutUsage = usage ? { usage: null } : {}
  for (const choice of turnsOf(choices.map(deltasOf))) {
    if (choice.isPaced) await pause(pace)
    pace.signal.throwIfAborted()
    const { index, delta, finish } = choice
    yield chunk({ choices: [{ index, delta, logprobs: null, finish_reason: finish }], ...withoutUsage })
  }
  if (usage) yield chunk({ choices: [], usage })
  yield 'data: [DONE]\n\n'
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

async function pause({ delayMs, signal }: { delayMs: number; signal: AbortSignal }): Promise<void> {
  // Even without a delay the event loop turns between words, so that an abort is seen at once.
  const waiting =
    delayMs > 0 ? setTimeout(delayMs, undefined, { signal }) : setImmediate(undefined, { signal })
  await waiting.catch(() => signal.throwIfAborted())
}

type Step = { delta: object; finish: string | null; isPaced: boolean }

/** Several choices take turns, as a server that produces them side by side would send them. */
function* turnsOf(choices: Step[][]): Generator<Step & { index: number }> {
  const longest = Math.max(...choices.map((steps) => steps.length))
  for (let at = 0; at < longest; at += 1) {
    for (const [index, steps] of choices.entries()) {
      const step = steps[at]
      if (step) yield { ...step, index }
    }
  }
}

function deltasOf({ content, calls, finish }: Choice): Step[] {
  const words = (content ?? '').match(/\s*\S+|\s+$/gu) ?? []
  return [
    { delta: { role: 'assistant', content: content === null ? null : '' }, finish: null, isPaced: false },
    ...words.map((word) => ({ delta: { content: word }, finish: null, isPaced: true })),
    ...calls.flatMap(callSteps),
    { delta: {}, finish, isPaced: false },
  ]
}

function callSteps(call: ToolCall, index: number): Step[] {
  const start = { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }
  const pieces = call.arguments.match(/.{1,12}/gsu) ?? []
  const rest = pieces.map((piece) => ({ index, function: { arguments: piece } }))
  return [start, ...rest].map((part) => ({ delta: { tool_calls: [part] }, finish: null, isPaced: true }))
}
