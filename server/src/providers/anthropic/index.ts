import type { Provider } from '../provider.ts'
import type { Transport } from '../transport.ts'
import { readError } from './errors.ts'
import { eventsOfAnswer, eventsOfFrame } from './events.ts'
import { encodeRequest } from './request.ts'
import { readAnswer } from './response.ts'
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
  return {
    name: options.name,
    dialect: 'anthropic-messages',
    prepare(call) {
      const { headers, body, changed } = encodeRequest(call)
      return {
        headers: { 'anthropic-version': '2023-06-01', ...headers, ...own },
        body: JSON.stringify(body),
        changed,
      }
    },
    send: (call, receiver) => options.transport.send({ path: '/v1/messages', ...call }, receiver),
    readAnswer,
    readError,
    createStreamReader,
    eventsOfAnswer,
    eventsOfFrame,
    close: () => options.transport.close(),
  }
}
