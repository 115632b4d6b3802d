// What `thinking` may be, and what it excludes.
import { isObject, type JsonObject } from '../json.ts'
import { anything, byType, integer, object, oneOf, optional } from './shape.ts'

const display = optional(oneOf('summarized', 'omitted'))

/** The shape of `thinking` alone. */
export const thinking = byType({
  enabled: object({ type: anything, budget_tokens: integer(1024), display }),
  adaptive: object({ type: anything, display }),
  between_tools: object({ type: anything }),
  disabled: object({ type: anything }),
})

/** The first field that does not go with the thinking of a body. */
export function checkThinking(body: JsonObject): string | undefined {
  const { thinking: config, max_tokens: tokensMax, temperature, top_p: topP, top_k: topK } = body
  if (!isObject(config) || config.type === 'disabled') return undefined
  // Counting tokens has no `max_tokens`.
  if (
    config.type === 'enabled' &&
    tokensMax !== undefined &&
    Number(config.budget_tokens) >= Number(tokensMax)
  ) {
    return '`max_tokens` must be greater than `thinking.budget_tokens`.'
  }
  if (temperature != null && temperature !== 1)
    return '`temperature` may only be set to 1 when thinking is enabled.'
  if (topK != null) return '`top_k` must be unset when thinking is enabled.'
  if (topP != null && Number(topP) < 0.95)
    return '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.'
  const choice = isObject(body.tool_choice) ? body.tool_choice.type : undefined
  return choice === 'any' || choice === 'tool'
    ? 'Thinking may not be enabled when tool_choice forces tool use.'
    : undefined
}
