import type { IncomingMessage, ServerResponse } from 'node:http'
import { completionEndpoints, type RequestId, timeOfId } from '@portal/contract'
import { AppError } from '../errors.ts'
import {
  appErrorFrom,
  logError,
  methodNotAllowed,
  type Principal,
  readJson,
  requireScope,
  sendError,
  sendJson,
} from '../http/index.ts'
import { LedgerUnavailableError } from '../ledger/index.ts'
import type { Log } from '../log/index.ts'
import { requireModel } from '../models/index.ts'
import { admitWithoutTokens } from './admit.ts'
import { type Asking, answer } from './answer.ts'
import { type Cancellation, createCancellation } from './cancellation.ts'
import type { ChatRequest } from './chat-request.ts'
import type { GatewayDeps } from './deps.ts'
import { type Dialect, detectDialect, dialectBeforeBody } from './dialects/index.ts'
import { createKeeper, type Keeper } from './keeper.ts'
import { httpOutlet } from './outlet.ts'
import { requirePermissions, requireService } from './requirements.ts'
import { type Suited, suitedTo } from './suited.ts'
import { countInput } from './token-count.ts'

const endpoint = completionEndpoints.create

/** The request and what is known of it from the start. */
export type Incoming = { req: IncomingMessage; res: ServerResponse; requestId: RequestId; path: string }

/** Answers one completion request, whatever happens, in the client's dialect. */
export const handleCompletion = (deps: GatewayDeps, incoming: Incoming): Promise<void> =>
  // In two, so that the request's text is not kept for as long as its answer takes.
  inDialect(deps, incoming, async (speak) =>
    answer(deps, askingOf(deps, await readAsked(deps, incoming, { speak }))),
  )

// No answer is made, so none need be bounded.
const nothingIsWritten = { max_tokens: 1 }

/** Tells, as Anthropic's API does, how many tokens a request's input has. */
export const handleTokenCount = (deps: GatewayDeps, incoming: Incoming): Promise<void> =>
  inDialect(deps, incoming, async (speak) => {
    const asked = await readAsked(deps, incoming, { speak, unsaid: nothingIsWritten })
    const nowMs = timeOfId(incoming.requestId) ?? Date.now()
    const lease = await admitWithoutTokens(deps.admission, { ...asked, nowMs })
    const cancellation = cancellationOf(incoming.res)
    try {
      const { tokens, isExact } = await countInput(deps, { ...asked, cancellation })
      incoming.res.setHeader('x-portal-count', isExact ? 'exact' : 'estimated')
      sendJson(incoming.res, { input_tokens: tokens })
    } finally {
      lease.settle(0)
    }
  })

/** Told when the client leaves. */
function cancellationOf(res: ServerResponse): Cancellation {
  const cancellation = createCancellation()
  res.once('close', () => cancellation.cancel('client'))
  if (res.destroyed) cancellation.cancel('client')
  return cancellation
}

type Asked = Incoming & Suited & { principal: Principal; dialect: Dialect; chat: ChatRequest }

const askingOf = (deps: GatewayDeps, { req, res, requestId, path: _, ...asked }: Asked): Asking => ({
  ...asked,
  requestId,
  purpose: 'api',
  sessionId: asked.chat.sessionId,
  keeper: keeperOf(deps, { ...asked, requestId }),
  clientRequestId: clientRequestId(req),
  cancellation: cancellationOf(res),
  outlet: httpOutlet(res),
})

/** Keeps the exchange where it names a chat; nothing of the chat is sent along. */
function keeperOf(
  deps: GatewayDeps,
  { requestId, principal, chat }: Pick<Asked, 'requestId' | 'principal' | 'chat'>,
): Keeper | null {
  const { sessionId: chatId, model, source } = chat
  if (chatId === null) return null
  const messages = () => source.neutral().messages
  return createKeeper(deps, { asker: principal, requestId, chatId, model, messages })
}

/** Settles on the dialect of a request's answers; the last one said counts. */
type Speak = (dialect: Dialect) => void

/** Runs `act`, and says in the client's dialect what went wrong. */
async function inDialect(
  { log }: GatewayDeps,
  incoming: Incoming,
  act: (speak: Speak) => Promise<void>,
): Promise<void> {
  const { req, res, requestId, path } = incoming
  let spoken = dialectBeforeBody({ path, headers: req.headers })
  const speak = (dialect: Dialect) => {
    spoken = dialect
    res.setHeader('x-portal-format', dialect.format)
    if (dialect.format === 'anthropic') res.setHeader('request-id', requestId)
  }
  speak(spoken)
  try {
    await act(speak)
  } catch (error) {
    sayWhy(log, incoming, { dialect: spoken, cause: error })
  }
}

/** A request that may be asked: who asks, for what, of which model; `unsaid` is laid under its body. */
async function readAsked(
  deps: GatewayDeps,
  incoming: Incoming,
  { speak, unsaid }: { speak: Speak; unsaid?: Record<string, unknown> },
): Promise<Asked> {
  const { req, path } = incoming
  if (req.method !== 'POST') throw methodNotAllowed([endpoint.method])
  requireService(deps)
  const principal = await deps.authenticate(req, incoming.res)
  requireScope(principal, endpoint.scope)
  const json = await readJson(req, endpoint.bodyBytesMax ?? 0)
  if (!json) throw new AppError('invalid_request', { message: 'Send a JSON object as the request body.' })
  const { headers } = req
  const dialect = detectDialect({ path, headers, body: json.value })
  speak(dialect)
  const chat = dialect.parse(unsaid ? { ...json, value: under(unsaid, json.value) } : json, headers)
  requirePermissions(principal, chat)
  const offered = requireModel(deps.models, chat.model)
  const { sessionId } = chat
  if (sessionId !== null && !(await deps.records.has(principal, sessionId)))
    throw new AppError('session_not_found', { param: 'session_id' })
  return { ...incoming, principal, dialect, chat, ...suitedTo({ chat, model: offered }) }
}

/** Fields laid under a body, where it says nothing of them. */
function under(fields: Record<string, unknown>, body: unknown): Record<string, unknown> {
  const laid = { ...Object(body) }
  for (const [name, value] of Object.entries(fields)) laid[name] ??= value
  return laid
}

/** A client's own id for its request: kept for looking it up, trusted for nothing. */
function clientRequestId({ headers }: IncomingMessage): string | null {
  const id = headers['x-request-id'] ?? headers['x-client-request-id']
  return typeof id === 'string' ? id.slice(0, 200) : null
}

function sayWhy(
  log: Log,
  { res, requestId }: Incoming,
  { dialect, cause }: { dialect: Dialect; cause: unknown },
): void {
  const error =
    cause instanceof LedgerUnavailableError ? new AppError('unavailable', { cause }) : appErrorFrom(cause)
  logError(log, requestId, error)
  if (res.headersSent) res.end(dialect.errorEvent(error, requestId))
  else sendError(res, { ...error, status: statusFor(dialect, error) }, dialect.errorBody(error, requestId))
}

/** Only Anthropic's clients know 529, its word for overloaded. */
const statusFor = ({ format }: Dialect, { status }: AppError): number =>
  status === 529 && format !== 'anthropic' ? 503 : status
