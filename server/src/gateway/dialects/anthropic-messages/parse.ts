import type { IncomingHttpHeaders } from 'node:http'
import { AnthropicMessagesBody } from '@portal/contract'
import { AppError } from '../../../errors.ts'
import { invalidRequest } from '../../../http/index.ts'
import type { ChatRequest } from '../../chat-request.ts'
import { losslessBody } from '../lossless.ts'
import { sizesOf } from '../media-cost.ts'
import { once } from '../once.ts'
import { checkMedia } from './media.ts'
import { neutralOf } from './neutral.ts'
import { promptTexts } from './prompt-texts.ts'

/**
 * Reads an Anthropic Messages body.
 * @throws AppError invalid_request, unsupported_image_url
 */
export function parse(json: { text: string; value: unknown }, headers: IncomingHttpHeaders): ChatRequest {
  const parsed = AnthropicMessagesBody.safeParse(json.value, { reportInput: true })
  if (!parsed.success) throw invalidRequest(parsed.error)
  const known = parsed.data
  if (known.thread != null) throw threadFault()
  const media = checkMedia(known)
  const body = losslessBody(json)
  const ownHeaders = headersOf(headers)
  return {
    dialect: 'anthropic-messages',
    model: known.model,
    stream: known.stream ?? false,
    wantsUsage: true,
    source: {
      dialect: 'anthropic-messages',
      body,
      outputTokensField: 'max_tokens',
      headers: ownHeaders,
      neutral: once(() => neutralOf(body, ownHeaders)),
    },
    promptTexts: () => [...promptTexts(body), ...media.texts],
    outputTokensAsked: known.max_tokens,
    choices: 1,
    hasImages: media.count > 0,
    needsTemperature: false,
    ...sizesOf(json.text, media),
    sessionId: known.session_id ?? null,
  }
}

/** Anthropic's clients know this code, and send the whole conversation instead. */
const threadFault = (): AppError =>
  new AppError('invalid_request', {
    message: 'thread: Conversations are not kept here. Send all of it, without "thread".',
    param: 'thread',
    meta: { details: { error_code: 'thread_unsupported_request' } },
  })

function headersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const own = ['anthropic-version', 'anthropic-beta'].map((name) => [name, headers[name]])
  return Object.fromEntries(own.filter(([, value]) => typeof value === 'string' && value !== ''))
}
