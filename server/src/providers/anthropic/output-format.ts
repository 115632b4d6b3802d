import type { NeutralRequest, OutputFormat } from '../../neutral/index.ts'
import type { EncodedCall } from '../provider.ts'
import { answerToolFor, createRestoreAnswer, withAnswerTool } from './answer-tool.ts'
import type { Json } from './blocks.ts'
import type { ModelTraits } from './model-traits.ts'
import { strictSchema } from './strict-schema.ts'

/** A request that asks for its answer's format in the way its model can give it. */
export type Formatted = Pick<EncodedCall, 'changed' | 'createRestore'> & {
  request: NeutralRequest
  /** What of it belongs in `output_config`. */
  config: Json
}

/** Holds the answer to its format: by the model itself, else by a tool's input, else in words. */
export function withFormat(
  request: NeutralRequest,
  { traits, isThinking }: { traits: ModelTraits; isThinking: boolean },
): Formatted {
  const { outputFormat: format } = request
  const asAsked = { request, config: {}, changed: [], createRestore: null }
  if (!format) return asAsked
  const held = format.type === 'schema' && traits.takesSchema ? strictSchema(format.schema) : null
  if (held) {
    const changed = held.isOther ? ['response_format'] : []
    return { ...asAsked, config: { format: { type: 'json_schema', schema: held.schema } }, changed }
  }
  const tool = isThinking ? null : answerToolFor(request, format)
  if (!tool) {
    const system = [...request.system, { type: 'text' as const, text: wordsFor(format) }]
    return { ...asAsked, request: { ...request, system }, changed: ['response_format'] }
  }
  return {
    ...asAsked,
    request: withAnswerTool(request, tool),
    changed: ['response_format', ...(request.parallelTools ? ['parallel_tool_calls'] : [])],
    createRestore: createRestoreAnswer(tool),
  }
}

const wordsFor = (format: OutputFormat): string =>
  format.type === 'json'
    ? 'Answer with one JSON object and nothing else: no sentence around it, no code fence.'
    : `Answer with JSON that follows this JSON schema and nothing else: no sentence around it, no code fence.\n${JSON.stringify(format.schema)}`
