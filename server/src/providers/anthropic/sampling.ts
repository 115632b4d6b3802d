import type { NeutralRequest } from '../../neutral/index.ts'
import type { Json } from './blocks.ts'
import { invalid } from './invalid.ts'

type Sampling = { body: Json; changed: string[] }

/**
 * How to sample: by temperature or by nucleus, never both; neither where the model decides itself.
 * @throws AppError invalid_request for a temperature that Anthropic does not know
 */
export function encodeSampling(
  { temperature: asked, topP }: NeutralRequest,
  { preset, isFixed }: { preset: number | null; isFixed: boolean },
): Sampling {
  if (asked !== null && (asked < 0 || asked > 1))
    throw invalid('temperature', 'This model takes 0 to 1. Send a temperature in that range.')
  if (isFixed) return { body: {}, changed: [...unlessOne('temperature', asked), ...unlessOne('top_p', topP)] }
  if (asked !== null) return { body: { temperature: asked }, changed: topP === null ? [] : ['top_p'] }
  if (topP !== null) return { body: { top_p: topP }, changed: [] }
  return { body: preset === null ? {} : { temperature: Math.min(preset, 1) }, changed: [] }
}

/** What is sampled from everything loses nothing when that is not said. */
const unlessOne = (field: string, value: number | null): string[] =>
  value === null || value === 1 ? [] : [field]
