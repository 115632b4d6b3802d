import type { NeutralRequest, Reasoning } from '../../neutral/index.ts'
import type { Json } from './blocks.ts'
import { invalid } from './invalid.ts'
import type { ModelTraits } from './model-traits.ts'
import type { Turn } from './turns.ts'

/** How to think, and whether that is other than what was asked. */
export type Thinking = { thinking: Json | null; effort: string | null; isOther: boolean }

type Asked = {
  request: NeutralRequest
  traits: ModelTraits
  turns: readonly Turn[]
  /** The longest answer, thoughts included. */
  outputTokens: number
}

const budgetTokensMin = 1024
const asAsked: Thinking = { thinking: null, effort: null, isOther: false }
const left: Thinking = { thinking: null, effort: null, isOther: true }

/**
 * Thinking as the model takes it, left out where it would make the request one that Anthropic refuses.
 * @throws AppError invalid_request for an effort that nobody knows
 */
export function encodeThinking({ request, traits, turns, outputTokens }: Asked): Thinking {
  const { reasoning } = request
  if (!reasoning) return asAsked
  if (isRefusal(reasoning)) return resting(traits)
  if (traits.thinking === 'none') return left
  const mayThink = !isForced(request) && turns.at(-1)?.role !== 'assistant'
  if (traits.thinking === 'adaptive') {
    const { effort, isOther } = effortOf(reasoning, traits)
    return { thinking: mayThink ? { type: 'adaptive' } : null, effort, isOther: isOther || !mayThink }
  }
  if (!mayThink || isInLoopWithoutThoughts(turns)) return left
  return withBudget(reasoning, outputTokens)
}

const isRefusal = ({ effort, budgetTokens }: Reasoning): boolean =>
  (effort === null && budgetTokens === null) || effort === 'none'

function resting(traits: ModelTraits): Thinking {
  // Models before these think only when they are asked to.
  if (traits.thinking !== 'adaptive') return asAsked
  return traits.canRestFromThinking ? { ...asAsked, thinking: { type: 'disabled' } } : left
}

/** A call that has to be made leaves no time to think. */
const isForced = ({ toolChoice, tools }: NeutralRequest): boolean =>
  tools.length > 0 && (toolChoice?.type === 'required' || toolChoice?.type === 'function')

/** In the middle of its tool calls a model that counts its thoughts wants those it had before the calls. */
function isInLoopWithoutThoughts(turns: readonly Turn[]): boolean {
  const [caller, last] = turns.slice(-2)
  if (caller?.role !== 'assistant' || last?.role !== 'user') return false
  return (
    last.blocks.some(({ type }) => type === 'tool-result') &&
    !caller.blocks.some(
      (block) => block.type === 'redacted-reasoning' || (block.type === 'reasoning' && block.signature),
    )
  )
}

/** How much of an answer an effort may spend on thoughts. */
const shares = new Map([
  ['minimal', 0.1],
  ['low', 0.2],
  ['medium', 0.5],
  ['high', 0.8],
  ['xhigh', 0.9],
  ['max', 0.9],
])

function shareOf(effort: string): number {
  const share = shares.get(effort)
  if (share === undefined)
    throw invalid(
      'reasoning_effort',
      `There is no effort "${effort}". Send one of ${[...shares.keys()].join(', ')}.`,
    )
  return share
}

function effortOf(reasoning: Reasoning, traits: ModelTraits): { effort: string; isOther: boolean } {
  const { effort } = reasoning
  if (effort === null) return { effort: effortOfBudget(reasoning.budgetTokens ?? 0), isOther: true }
  shareOf(effort)
  if (effort === 'minimal') return { effort: 'low', isOther: true }
  if (effort === 'xhigh' && !traits.takesExtraEffort) return { effort: 'high', isOther: true }
  return { effort, isOther: false }
}

function effortOfBudget(tokens: number): string {
  if (tokens <= 2048) return 'low'
  return tokens <= 16_384 ? 'medium' : 'high'
}

/** Thoughts are part of the answer: their budget has to leave some of it. */
function withBudget({ effort, budgetTokens }: Reasoning, outputTokens: number): Thinking {
  if (outputTokens <= budgetTokensMin) return left
  const share = effort === null ? 0.8 : shareOf(effort)
  const most = Math.max(budgetTokensMin, Math.floor(outputTokens * share))
  const budget = budgetTokens === null ? most : Math.min(Math.max(budgetTokens, budgetTokensMin), most)
  return {
    thinking: { type: 'enabled', budget_tokens: budget },
    effort: null,
    isOther: budgetTokens !== null && budget !== budgetTokens,
  }
}
