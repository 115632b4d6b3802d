import type { PreparedCall, Provider } from '../provider.ts'
import type { Transport } from '../transport.ts'
import { readError } from './errors.ts'
import { eventsOfAnswer, eventsOfFrame } from './events.ts'
import { type EncodedRequest, encodeCountRequest, encodeRequest } from './request.ts'
import { readAnswer, readCount } from './response.ts'
import { createStreamReader } from './stream.ts'

/**
 * A provider for any server that speaks Anthropic's Messages API. The transport's base URL is the one that Anthropic's
 * own SDKs take, without `/v1`.
 */
export function createAnthropicProvider(options: {
  name: string
  apiKey: string | null
  transport: Transport
}): Provider {
  const own = {
    'content-type': 'application/json',
    ...(options.apiKey && { 'x-api-key': options.apiKey }),
  }
  const written = ({ headers, body, ...rest }: EncodedRequest): PreparedCall => ({
    ...rest,
    headers: { 'anthropic-version': '2023-06-01', ...headers, ...own },
    body: JSON.stringify(body),
  })
  return {
    name: options.name,
    kind: 'anthropic',
    dialect: 'anthropic-messages',
    server: options.transport.server,
    prepare: (call) => written(encodeRequest(call)),
    send: (call, receiver) => options.transport.send({ path: '/v1/messages', ...call }, receiver),
    counting: {
      prepare: (call) => ({ ...written(encodeCountRequest(call)), path: '/v1/messages/count_tokens' }),
      read: readCount,
    },
    readAnswer,
    readError,
    createStreamReader,
    eventsOfAnswer,
    eventsOfFrame,
    close: () => options.transport.close(),
  }
}
