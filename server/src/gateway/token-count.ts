import type { ModelEntry, Target } from '../models/index.ts'
import { failure, type TokenCounting } from '../providers/index.ts'
import type { TokenCounter } from '../tokens/index.ts'
import { createCancellation } from './cancellation.ts'
import type { ChatRequest } from './chat-request.ts'
import { type AttemptResult, createBoundedBody, failed, runExchange } from './exchange.ts'

type Asked = { chat: ChatRequest; model: ModelEntry }

/** Tokens of a request's input; exact where the model's own server counted them. */
export type InputCount = { tokens: number; isExact: boolean }

// About what stands around each message and before the answer.
const frameTokens = 3
const countBytesMax = 64 * 1024
const patienceMs = 5000

/** Has a server of the request's dialect count its input, and counts here where there is none or it does not answer. */
export async function countInput(
  { tokens }: { tokens: TokenCounter },
  { chat, model }: Asked,
): Promise<InputCount> {
  const exact = await countOfUpstream({ chat, model })
  if (exact !== null) return { tokens: exact, isExact: true }
  const messages = chat.source.body.messages as unknown[]
  const counted = await tokens.count(chat.promptTexts())
  return { tokens: counted + chat.imageTokens + frameTokens * (messages.length + 1), isExact: false }
}

async function countOfUpstream({ chat, model }: Asked): Promise<number | null> {
  const target = model.targets.find(({ provider }) => provider.dialect === chat.dialect)
  const counting = target?.provider.counting
  if (!target || !counting) return null
  const result = await askForCount(chat, target, counting)
  return result.kind === 'done' ? result.value : null
}

async function askForCount(
  chat: ChatRequest,
  target: Target,
  counting: TokenCounting,
): Promise<AttemptResult<number>> {
  const body = createBoundedBody(countBytesMax)
  const cancellation = createCancellation()
  const timer = setTimeout(() => cancellation.cancel('deadline'), patienceMs)
  try {
    return await runExchange({
      target,
      call: counting.prepare({ request: chat.source, model: target.model }),
      cancellation,
      read: () => ({
        accepts: () => true,
        onData: (chunk) => (body.add(chunk) ? null : failed(failure('malformed'))),
        onEnd() {
          const count = counting.read(body.text())
          return count === null ? failed(failure('malformed')) : { kind: 'done', value: count }
        },
        onBroken: failed,
      }),
    })
  } finally {
    clearTimeout(timer)
  }
}
