// Usage as this upstream declares it: a token is a whitespace-separated word, an image or other part is nothing.
import type { JsonObject } from '../json.ts'
import { countTokens } from '../words.ts'
import { type ChatRequest, textOf } from './request.ts'

/** The texts of one answer that cost completion tokens. */
export type AnswerTexts = {
  text?: string
  reasoning?: string
  refusal?: string
  toolCalls?: readonly { name: string; arguments: string }[]
}

/** The usage object of the wire; `reasoning_tokens` are inside `completion_tokens`. */
export type Usage = JsonObject & {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details: { cached_tokens: number }
  completion_tokens_details: { reasoning_tokens: number }
}

/** Prompt tokens of a request: the words of every message's text and of its tool calls' names and arguments. */
export function promptTokens(request: ChatRequest): number {
  let tokens = 0
  for (const message of request.messages) {
    tokens += countTokens(textOf(message))
    for (const call of message.tool_calls ?? []) tokens += callTokens(call.function)
  }
  return tokens
}

/** Completion tokens of one choice. */
export function completionTokens(answer: AnswerTexts): number {
  const texts = [answer.text, answer.reasoning, answer.refusal]
  const words = texts.reduce((sum, text) => sum + countTokens(text ?? ''), 0)
  return (answer.toolCalls ?? []).reduce((sum, call) => sum + callTokens(call), words)
}

/** The usage the upstream reports for this request and answer, given `n` times when the request asks for n choices. */
export function usageOf(request: ChatRequest, answer: AnswerTexts): Usage {
  const choices = request.n ?? 1
  return usageObject(
    promptTokens(request),
    completionTokens(answer) * choices,
    countTokens(answer.reasoning ?? '') * choices,
  )
}

/** A usage object of these counts. */
export function usageObject(prompt: number, completion: number, reasoning = 0): Usage {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}

function callTokens(call: { name: string; arguments: string }): number {
  return countTokens(call.name) + countTokens(call.arguments)
}
