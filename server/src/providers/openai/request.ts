import type { EncodedCall, ProviderCall } from '../provider.ts'
import { capField, translateRequest } from './translate.ts'

/** @throws AppError invalid_request where chat completions cannot do what is asked */
export const encodeRequest = (call: ProviderCall): EncodedCall =>
  call.request.dialect === 'openai-chat'
    ? { body: passOn(call), changed: [], createRestore: null }
    : translateRequest(call)

/** The client's own request, with only the portal's business changed. */
function passOn(call: ProviderCall): Record<string, unknown> {
  const { request, model, stream, temperature, outputTokensCap } = call
  const { session_id: _ours, ...rest } = request.body
  return {
    ...rest,
    model,
    ...(temperature !== null && { temperature }),
    ...(outputTokensCap !== null && { [request.outputTokensField ?? capField(call)]: outputTokensCap }),
    ...(stream && { stream_options: withUsage(request.body.stream_options) }),
  }
}

// Usage is always asked for: the ledger needs it even when the client does not.
const withUsage = (options: unknown) => ({ ...(options as object | null), include_usage: true })
