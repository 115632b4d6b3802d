import { ChatCompletionBody } from '@portal/contract'
import { AppError } from '../../../errors.ts'
import { invalidRequest } from '../../../http/index.ts'
import { estimateTokens } from '../../../tokens/index.ts'
import type { ChatRequest } from '../../chat-request.ts'

// What an image costs is the model's business; this is the middle of what vendors publish.
const tokensPerImage = 1000

/**
 * Reads an OpenAI chat-completions body.
 * @throws AppError invalid_request, unsupported_image_url
 */
export function parseChatRequest(json: { text: string; value: unknown }): ChatRequest {
  const parsed = ChatCompletionBody.safeParse(json.value)
  if (!parsed.success) throw invalidRequest(parsed.error)
  const known = parsed.data
  const images = checkImages(known.messages)
  return {
    model: known.model,
    stream: known.stream ?? false,
    wantsUsage: known.stream_options?.include_usage ?? false,
    body: losslessBody(json),
    outputTokensAsked: known.max_completion_tokens ?? known.max_tokens ?? null,
    choices: known.n ?? 1,
    hasImages: images.count > 0,
    needsTemperature: known.temperature == null && known.top_p == null && !asksReasoning(known),
    inputTokensEstimate: estimateTokens(json.text.length - images.characters) + images.count * tokensPerImage,
    sessionId: known.session_id ?? null,
  }
}

const asksReasoning = (body: ChatCompletionBody): boolean =>
  body.reasoning_effort != null || body.reasoning != null

/** Counts the images; only data URLs are taken, since a URL given by a user is never fetched. */
function checkImages(messages: ChatCompletionBody['messages']): { count: number; characters: number } {
  let count = 0
  let characters = 0
  for (const [i, { content }] of messages.entries()) {
    if (!Array.isArray(content)) continue
    for (const [j, part] of content.entries()) {
      // Some servers read the field whatever the type says.
      if (part.type !== 'image_url' && part.image_url === undefined) continue
      characters += checkImage(part.image_url, `messages[${i}].content[${j}].image_url`)
      count += 1
    }
  }
  return { count, characters }
}

function checkImage(image: unknown, param: string): number {
  const url = typeof image === 'object' && image !== null && 'url' in image ? image.url : null
  if (typeof url !== 'string') {
    throw new AppError('invalid_request', {
      message: `${param}: Give the image as {"url": "data:image/…"}.`,
      param,
    })
  }
  if (!/^data:image\/[\w.+-]+[;,]/.test(url)) throw new AppError('unsupported_image_url', { param })
  return url.length
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
