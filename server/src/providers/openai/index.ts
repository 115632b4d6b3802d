import type { Provider } from '../provider.ts'
import type { Transport } from '../transport.ts'
import { readError } from '../upstream-error.ts'
import { eventsOfAnswer, eventsOfFrame } from './events.ts'
import { encodeRequest } from './request.ts'
import { readAnswer } from './response.ts'
import { createStreamReader } from './stream.ts'

/** A provider for any server that speaks OpenAI's chat completions. */
export function createOpenAiProvider(options: {
  name: string
  apiKey: string | null
  transport: Transport
}): Provider {
  const headers = {
    'content-type': 'application/json',
    ...(options.apiKey && { authorization: `Bearer ${options.apiKey}` }),
  }
  return {
    name: options.name,
    kind: 'openai',
    dialect: 'openai-chat',
    server: options.transport.server,
    prepare(call) {
      const { body, ...rest } = encodeRequest(call)
      return { ...rest, headers, body: JSON.stringify(body) }
    },
    send: (call, receiver) => options.transport.send({ path: '/chat/completions', ...call }, receiver),
    counting: null,
    readAnswer,
    readError,
    createStreamReader,
    eventsOfAnswer,
    eventsOfFrame,
    close: () => options.transport.close(),
  }
}
