import type { ProviderCall } from '../provider.ts'

/** The request as the upstream gets it: the client's own, with only the portal's business changed. */
export function encodeRequest({ body, model, stream, temperature, outputTokensMax }: ProviderCall): string {
  const { session_id: _ours, ...rest } = body
  return JSON.stringify({
    ...rest,
    model,
    ...(temperature !== null && { temperature }),
    ...(outputTokensMax !== null && { [capField(body)]: outputTokensMax }),
    // Usage is always asked for: the ledger needs it even when the client does not.
    ...(stream && { stream_options: { ...(body.stream_options as object | null), include_usage: true } }),
  })
}

/** The field that caps the answer: the one the client used, else the one every server knows. */
export const capField = (body: Record<string, unknown>): string =>
  body.max_completion_tokens == null ? 'max_tokens' : 'max_completion_tokens'
