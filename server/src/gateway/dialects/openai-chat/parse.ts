import type { IncomingHttpHeaders } from 'node:http'
import { ChatCompletionBody } from '@portal/contract'
import { invalidRequest } from '../../../http/index.ts'
import type { ChatRequest } from '../../chat-request.ts'
import { losslessBody } from '../lossless.ts'
import { sizesOf } from '../media-cost.ts'
import { once } from '../once.ts'
import { checkMedia } from './media.ts'
import { neutralOf } from './neutral.ts'
import { promptTexts } from './prompt-texts.ts'

/**
 * Reads an OpenAI chat-completions body.
 * @throws AppError invalid_request, unsupported_image_url
 */
export function parse(json: { text: string; value: unknown }, _headers: IncomingHttpHeaders): ChatRequest {
  const parsed = ChatCompletionBody.safeParse(json.value, { reportInput: true })
  if (!parsed.success) throw invalidRequest(parsed.error)
  const known = parsed.data
  const media = checkMedia(known.messages)
  const body = losslessBody(json)
  return {
    dialect: 'openai-chat',
    model: known.model,
    stream: known.stream ?? false,
    wantsUsage: known.stream_options?.include_usage ?? false,
    source: {
      dialect: 'openai-chat',
      body,
      outputTokensField: capFieldOf(known),
      headers: {},
      neutral: once(() => neutralOf(body)),
    },
    promptTexts: () => [...promptTexts(body), ...media.texts],
    outputTokensAsked: known.max_completion_tokens ?? known.max_tokens ?? null,
    choices: known.n ?? 1,
    hasImages: media.count > 0,
    needsTemperature: known.temperature == null && known.top_p == null && !asksReasoning(known),
    ...sizesOf(json.text, media),
    sessionId: known.session_id ?? null,
  }
}

const asksReasoning = (body: ChatCompletionBody): boolean =>
  body.reasoning_effort != null || body.reasoning != null

function capFieldOf(body: ChatCompletionBody): string | null {
  if (body.max_completion_tokens != null) return 'max_completion_tokens'
  return body.max_tokens == null ? null : 'max_tokens'
}
