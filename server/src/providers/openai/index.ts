import type { Provider } from '../provider.ts'
import type { Transport } from '../transport.ts'
import { readError } from './errors.ts'
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
    send: (call, receiver) =>
      options.transport.send({ path: '/chat/completions', headers, body: encodeRequest(call) }, receiver),
    readAnswer,
    readError,
    createStreamReader,
    close: () => options.transport.close(),
  }
}
