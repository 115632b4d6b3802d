import { ChatCompletionBody } from '@portal/contract'
import { invalidRequest } from '../../../http/index.ts'
import { estimateTextTokens } from '../../../tokens/index.ts'
import type { ChatRequest } from '../../chat-request.ts'
import { checkMedia } from './media.ts'

// What an image costs is the model's business; this is the middle of what vendors publish.
const tokensPerImage = 1000

/**
 * Reads an OpenAI chat-completions body.
 * @throws AppError invalid_request, unsupported_image_url
 */
export function parseChatRequest(json: { text: string; value: unknown }): ChatRequest {
  const parsed = ChatCompletionBody.safeParse(json.value, { reportInput: true })
  if (!parsed.success) throw invalidRequest(parsed.error)
  const known = parsed.data
  const images = checkMedia(known.messages)
  const imageTokens = images.count * tokensPerImage
  const textBytes = Buffer.byteLength(json.text) - images.characters
  return {
    model: known.model,
    stream: known.stream ?? false,
    wantsUsage: known.stream_options?.include_usage ?? false,
    body: losslessBody(json),
    outputTokensAsked: known.max_completion_tokens ?? known.max_tokens ?? null,
    choices: known.n ?? 1,
    outputTokensField: capFieldOf(known),
    hasImages: images.count > 0,
    needsTemperature: known.temperature == null && known.top_p == null && !asksReasoning(known),
    textBytes,
    imageTokens,
    inputTokensEstimate: imageTokens + estimateTextTokens(json.text.length - images.characters, textBytes),
    sessionId: known.session_id ?? null,
  }
}

const asksReasoning = (body: ChatCompletionBody): boolean =>
  body.reasoning_effort != null || body.reasoning != null

function capFieldOf(body: ChatCompletionBody): ChatRequest['outputTokensField'] {
  if (body.max_completion_tokens != null) return 'max_completion_tokens'
  return body.max_tokens == null ? null : 'max_tokens'
}

// Beyond a float's digits or range, e.g. in a seed: those numbers keep their own spelling.
const longNumber = /\d[\d.]{15}|\d[eE][+-]?\d{3}/

type ReviverContext = { source?: string }
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

function losslessBody({ text, value }: { text: string; value: unknown }): Record<string, unknown> {
  if (!longNumber.test(text)) return value as Record<string, unknown>
  const keepSource = (_: string, field: unknown, context?: ReviverContext): unknown =>
    typeof field === 'number' && context?.source && context.source !== String(field)
      ? rawJSON(context.source)
      : field
  return JSON.parse(text, keepSource)
}
