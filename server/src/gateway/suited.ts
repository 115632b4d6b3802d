import { AppError } from '../errors.ts'
import type { ModelEntry, Target } from '../models/index.ts'
import type { PreparedCall, ProviderCall } from '../providers/index.ts'
import type { ChatRequest } from './chat-request.ts'

type Asked = { chat: ChatRequest; model: ModelEntry }

/** A model with those of its targets that can be asked a request. */
export type Suited = {
  model: ModelEntry
  /** The request in the words of those that need others. */
  translated: ReadonlyMap<Target, PreparedCall>
  /** Whether the model has targets of several dialects: those that ask for a bound give it to all. */
  isMixed: boolean
}

/**
 * Leaves out the targets that a request cannot be put to: before it takes a place, so that it costs no attempt.
 * @throws AppError what the first of them finds wrong with it, where none is left
 */
export function suitedTo({ chat, model }: Asked): Suited {
  const translated = new Map<Target, PreparedCall>()
  let refusal: AppError | null = null
  const targets = model.targets.filter((target) => {
    if (target.provider.dialect === chat.dialect) return true
    try {
      translated.set(target, prepare({ chat, model }, target, null))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      refusal ??= error
    }
    return translated.has(target)
  })
  if (targets.length === 0 && refusal) throw refusal
  const isMixed = new Set(model.targets.map(({ provider }) => provider.dialect)).size > 1
  return { model: { ...model, targets }, translated, isMixed }
}

/**
 * The request in a target's words, its answer capped to so many tokens.
 * @throws AppError invalid_request where the target cannot be asked it
 */
export const prepare = (asked: Asked, target: Target, cap: number | null): PreparedCall =>
  target.provider.prepare(callOf(asked, target, cap))

const callOf = ({ chat, model }: Asked, target: Target, cap: number | null): ProviderCall => ({
  request: { ...chat.source, outputTokensField: capFieldOf({ chat, model }) },
  model: target.model,
  stream: chat.stream,
  temperature: chat.needsTemperature ? model.temperatureDefault : null,
  outputTokensCap: cap,
  outputTokensMax: model.outputTokensMax,
  isReasoning: model.temperatureDefault === null,
})

/** The field that caps an answer: the client's, else the one that reasoning models take, else the one that all others do. */
export const capFieldOf = ({ chat, model }: Asked): string =>
  chat.source.outputTokensField ??
  (model.temperatureDefault === null ? 'max_completion_tokens' : 'max_tokens')
