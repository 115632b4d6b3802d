import { bareRequest } from '../neutral/index.ts'
import { failure, type Provider, type UpstreamFailure } from './provider.ts'

const patienceMs = 30_000
const answerBytesMax = 64 * 1024

type Probed = { model: string /** One that takes no temperature. */; isReasoning: boolean }

/** Asks a model of a provider for one token; null when it answered, else why it did not. */
export function probeModel(
  provider: Provider,
  { model, isReasoning }: Probed,
): Promise<UpstreamFailure | null> {
  const call = provider.prepare({
    request: {
      ...{ dialect: 'portal' as const, body: {}, outputTokensField: null, headers: {} },
      neutral: () => ({ ...bareRequest, messages: [greeting] }),
    },
    ...{ model, isReasoning, stream: false, temperature: null, outputTokensCap: 1, outputTokensMax: null },
  })
  const { promise, resolve } = Promise.withResolvers<UpstreamFailure | null>()
  const answer = { status: 0, headers: {}, chunks: [] as Buffer[], size: 0 }
  const exchange = provider.send(call, {
    onStart(status, headers) {
      Object.assign(answer, { status, headers })
    },
    onData(chunk) {
      answer.size += chunk.length
      if (answer.size <= answerBytesMax) answer.chunks.push(chunk)
      else resolve(failure('malformed'))
    },
    onEnd: () => resolve(verdictOn(provider, answer)),
    onFailure: (cause) => resolve(failure('unreachable', { cause })),
  })
  const timer = setTimeout(() => resolve(failure('timeout')), patienceMs)
  return promise.finally(() => {
    clearTimeout(timer)
    exchange.abort()
  })
}

const greeting = { role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }

type Gathered = { status: number; headers: Record<string, string>; chunks: readonly Buffer[] }

function verdictOn(provider: Provider, { status, headers, chunks }: Gathered): UpstreamFailure | null {
  const text = Buffer.concat(chunks).toString('utf8')
  if (status < 200 || status >= 300) return provider.readError(status, headers, text)
  const read = provider.readAnswer(text)
  return 'kind' in read ? read : null
}
