import { AppError } from '../errors.ts'
import type { ModelEntry, Target } from '../models/index.ts'
import { failure, type TokenCounting } from '../providers/index.ts'
import type { TokenCounter } from '../tokens/index.ts'
import type { Breaker } from './breaker.ts'
import type { Cancellation } from './cancellation.ts'
import type { ChatRequest } from './chat-request.ts'
import { type AttemptResult, failed, readWhole, runExchange } from './exchange.ts'
import { orderTargets, recoveryFrom } from './routing.ts'

type Deps = { tokens: TokenCounter; breaker: Breaker }
type Asked = { chat: ChatRequest; model: ModelEntry; cancellation: Cancellation }

/** Tokens of a request's input; exact where the model's own server counted them. */
export type InputCount = { tokens: number; isExact: boolean }

// About what stands around each message and before the answer.
const frameTokens = 3
const countBytesMax = 64 * 1024
const patienceMs = 5000
const targetsMax = 3

/**
 * Has a server of the request's dialect count its input, and counts here where there is none or none answers.
 * @throws AppError client_closed
 */
export async function countInput({ tokens, breaker }: Deps, asked: Asked): Promise<InputCount> {
  const { chat, cancellation } = asked
  const exact = await countOfUpstream(breaker, asked)
  if (cancellation.reason === 'client') throw new AppError('client_closed')
  if (exact !== null) return { tokens: exact, isExact: true }
  const messages = chat.source.body.messages as unknown[]
  const counted = await tokens.count(chat.promptTexts())
  return { tokens: counted + chat.imageTokens + frameTokens * (messages.length + 1), isExact: false }
}

/** What the first of the targets counts that answers in time. */
async function countOfUpstream(
  breaker: Breaker,
  { chat, model, cancellation }: Asked,
): Promise<number | null> {
  const targets = model.targets.filter(({ provider }) => provider.dialect === chat.dialect)
  const order = orderTargets(targets, { isOpen: breaker.isOpen, random: Math.random })
  const timer = setTimeout(() => cancellation.cancel('deadline'), patienceMs)
  try {
    for (const target of order.slice(0, targetsMax)) {
      const { counting } = target.provider
      if (!counting || cancellation.reason) continue
      const result = await askForCount(chat, { target, counting, cancellation })
      // That it can count says nothing of its completions: it closes no circuit.
      if (result.kind === 'done') return result.value
      const verdict = verdictOn(result)
      if (verdict === 'failing') breaker.failed(target.name)
      if (verdict === 'refused') return null
    }
    return null
  } finally {
    clearTimeout(timer)
  }
}

/** What a count that did not come says: the server fails, cannot count, or finds fault with the request. */
function verdictOn(
  result: Exclude<AttemptResult<number>, { kind: 'done' }>,
): 'failing' | 'unable' | 'refused' {
  if (result.kind === 'cancelled') return result.reason === 'deadline' ? 'failing' : 'refused'
  const { status } = result.failure
  if (status === 404 || status === 405 || status === 501) return 'unable'
  return recoveryFrom(result.failure) === 'none' ? 'refused' : 'failing'
}

function askForCount(
  chat: ChatRequest,
  { target, counting, cancellation }: { target: Target; counting: TokenCounting; cancellation: Cancellation },
): Promise<AttemptResult<number>> {
  return runExchange({
    target,
    call: counting.prepare({ request: chat.source, model: target.model }),
    cancellation,
    read: readWhole(countBytesMax, (text) => {
      const count = counting.read(text)
      return count === null ? failed(failure('malformed')) : { kind: 'done', value: count }
    }),
  })
}
