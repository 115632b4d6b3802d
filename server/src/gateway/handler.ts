import type { IncomingMessage, ServerResponse } from 'node:http'
import { completionEndpoints, type RequestId, timeOfId } from '@portal/contract'
import type { Admission } from '../admission/index.ts'
import { AppError } from '../errors.ts'
import {
  type Authenticate,
  appErrorFrom,
  logError,
  methodNotAllowed,
  type Principal,
  readJson,
  requireScope,
  sendError,
} from '../http/index.ts'
import { type Ledger, LedgerUnavailableError } from '../ledger/index.ts'
import type { Log } from '../log/index.ts'
import { type ModelEntry, type Models, requireModel } from '../models/index.ts'
import type { TokenCounter } from '../tokens/index.ts'
import { admit } from './admit.ts'
import type { Breaker } from './breaker.ts'
import { createCancellation } from './cancellation.ts'
import type { ChatRequest } from './chat-request.ts'
import type { Completion } from './completion.ts'
import { encodeEvent, openAiErrorBody, parseChatRequest, promptTexts } from './dialects/index.ts'
import { createMeter, type RequestIdentity } from './meter.ts'
import type { OpenRequests } from './open-requests.ts'
import { outputCap } from './output-budget.ts'
import { createStream } from './stream.ts'
import { createUsageCount } from './usage-count.ts'
import { completeWhole } from './whole.ts'

export type GatewayDeps = {
  authenticate: Authenticate
  models: Models
  admission: Admission
  ledger: Ledger
  tokens: TokenCounter
  breaker: Breaker
  openRequests: OpenRequests
  isDraining: () => boolean
  log: Log
}

/** The request and what is known of it from the start. */
type Incoming = { req: IncomingMessage; res: ServerResponse; requestId: RequestId }

const endpoint = completionEndpoints.create
const deadlineMs = 5 * 60_000

/** Answers one completion request, whatever happens, in the client's dialect. */
export async function handleCompletion(deps: GatewayDeps, incoming: Incoming): Promise<void> {
  try {
    await complete(deps, incoming)
  } catch (error) {
    sayWhy(deps.log, incoming, error)
  }
}

// In two, so that the request's text is not kept for as long as its answer takes.
const complete = async (deps: GatewayDeps, incoming: Incoming): Promise<void> =>
  run(deps, await readAsked(deps, incoming))

type Asked = Incoming & { principal: Principal; chat: ChatRequest; model: ModelEntry }

async function readAsked(deps: GatewayDeps, incoming: Incoming): Promise<Asked> {
  const { req } = incoming
  if (req.method !== 'POST') throw methodNotAllowed([endpoint.method])
  requireService(deps)
  const principal = await deps.authenticate(req)
  requireScope(principal, endpoint.scope)
  const json = await readJson(req, endpoint.bodyBytesMax ?? 0)
  if (!json) throw new AppError('invalid_request', { message: 'Send a JSON object as the request body.' })
  const chat = parseChatRequest(json)
  requirePermissions(principal, chat)
  const model = requireModel(deps.models, chat.model)
  if (chat.sessionId !== null) throw new AppError('session_not_found', { param: 'session_id' })
  return { ...incoming, principal, chat, model }
}

/** @throws AppError draining, unavailable */
function requireService({ isDraining, ledger }: GatewayDeps): void {
  if (isDraining()) throw new AppError('draining', { headers: { connection: 'close' } })
  if (!ledger.available) throw new AppError('unavailable')
}

/** @throws AppError permission_denied */
function requirePermissions({ key }: Principal, { hasImages }: ChatRequest): void {
  const needed = hasImages ? (['chat', 'vision'] as const) : (['chat'] as const)
  const missing = key && needed.find((permission) => !key.permissions.includes(permission))
  if (!missing) return
  throw new AppError('permission_denied', {
    message: `This key does not have the permission "${missing}". Add it to the key, or use another one.`,
  })
}

/** Admits, measures and answers; the lease and the row are settled on every way out. */
async function run(deps: GatewayDeps, asked: Asked): Promise<void> {
  const { res, requestId, principal, chat, model } = asked
  const startedAt = timeOfId(requestId) ?? Date.now()
  const { lease, inputTokens } = await admit(deps, { principal, chat, model, nowMs: startedAt })
  if (deps.isDraining()) {
    lease.settle(0)
    throw new AppError('draining')
  }
  const meter = createMeter({
    ledger: deps.ledger,
    identity: identityOf(asked, startedAt),
    model,
    lease,
    inputTokens,
    count: createUsageCount(deps.tokens, () => promptTexts(chat.body)),
  })
  const cancellation = createCancellation()
  res.once('close', () => cancellation.cancel('client'))
  if (res.destroyed) cancellation.cancel('client')
  const headers = answerHeaders({ chat, model, lease })
  const completion = { chat, model, lease, meter, breaker: deps.breaker, cancellation, res, headers }
  await answer(deps, completion)
}

const identityOf = ({ req, requestId, principal, chat }: Asked, startedAt: number): RequestIdentity => ({
  id: requestId,
  startedAt,
  organisationId: principal.organisationId,
  userId: principal.userId,
  keyId: principal.key?.id ?? null,
  sessionId: null,
  clientRequestId: clientRequestId(req),
  purpose: 'api',
  dialect: 'openai-chat',
  streamed: chat.stream,
})

async function answer({ openRequests }: GatewayDeps, completion: Completion): Promise<void> {
  const { cancellation, chat, meter, res } = completion
  const stream = chat.stream ? createStream(completion) : null
  const deadlineAt = performance.now() + deadlineMs
  const open = {
    tick(nowMs: number) {
      stream?.tick(nowMs)
      if (nowMs >= deadlineAt) cancellation.cancel('deadline')
    },
    shutDown: () => cancellation.cancel('shutdown'),
    destroy: () => res.destroy(),
  }
  openRequests.add(open)
  try {
    await (stream ? stream.run() : completeWhole(completion))
  } finally {
    // Settled already unless a fault of our own came in between; open until the row is safe.
    const settled = meter.settle({ status: 'portal_error', errorCode: 'internal', charge: 'nothing' })
    void settled.catch(() => {}).then(() => openRequests.remove(open))
  }
}

function answerHeaders(completion: Pick<Completion, 'chat' | 'model' | 'lease'>): Record<string, string> {
  const cap = outputCap(completion)
  return {
    'x-portal-format': 'openai',
    ...(cap !== null && { 'x-portal-changed': `${cap.field}=${cap.tokens}` }),
  }
}

/** A client's own id for its request: kept for looking it up, trusted for nothing. */
function clientRequestId({ headers }: IncomingMessage): string | null {
  const id = headers['x-request-id'] ?? headers['x-client-request-id']
  return typeof id === 'string' ? id.slice(0, 200) : null
}

function sayWhy(log: Log, { res, requestId }: Incoming, cause: unknown): void {
  const error =
    cause instanceof LedgerUnavailableError ? new AppError('unavailable', { cause }) : appErrorFrom(cause)
  logError(log, requestId, error)
  const body = openAiErrorBody(error)
  if (res.headersSent) res.end(encodeEvent(JSON.stringify(body)))
  else sendError(res, error, body)
}
