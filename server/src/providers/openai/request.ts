import type { ProviderCall } from '../provider.ts'

/** The request as the upstream gets it: the client's own, with only the portal's business changed. */
export function encodeRequest({ body, model, stream, temperature, outputCap }: ProviderCall): string {
  const { session_id: _ours, ...rest } = body
  return JSON.stringify({
    ...rest,
    model,
    ...(temperature !== null && { temperature }),
    ...(outputCap !== null && { [outputCap.field]: outputCap.tokens }),
    // Usage is always asked for: the ledger needs it even when the client does not.
    ...(stream && { stream_options: { ...(body.stream_options as object | null), include_usage: true } }),
  })
}
