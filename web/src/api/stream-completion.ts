import { ChatCompletionChunk, completionEndpoints } from '@portal/contract'
import { ApiError, apiErrorFrom } from './api-error.ts'
import { fetchFrom } from './call.ts'

type Asked = { model: string; prompt: string; signal: AbortSignal }

/**
 * Streams a completion, piece by piece of its text.
 * @throws ApiError when it is refused, or fails on the way
 */
export async function* streamCompletion({ model, prompt, signal }: Asked): AsyncGenerator<string> {
  const response = await fetchFrom(completionEndpoints.create.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: prompt }] }),
    signal,
  })
  if (!response.ok || !response.body) throw await apiErrorFrom(response)
  for await (const data of dataLines(response.body)) {
    if (data === '[DONE]') return
    const text = textOf(JSON.parse(data))
    if (text) yield text
  }
}

/** The data of each event of a stream, which the gateway writes on one line each. */
export async function* dataLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) yield line.slice('data: '.length).trimEnd()
  }
}

function textOf(event: unknown): string {
  const failed = (event as { error?: { message?: string } }).error
  if (failed) throw new ApiError(failed.message ?? 'The answer broke off. Try again.', { code: 'unknown' })
  const chunk = ChatCompletionChunk.safeParse(event)
  return chunk.data?.choices[0]?.delta.content ?? ''
}
