import { type RequestId, timeOfId } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'
import { admit } from './admit.ts'
import type { Cancellation } from './cancellation.ts'
import type { ChatRequest } from './chat-request.ts'
import type { Completion } from './completion.ts'
import type { GatewayDeps } from './deps.ts'
import type { AnswerDialect } from './dialects/index.ts'
import type { Keeper } from './keeper.ts'
import { createMeter, type RequestIdentity } from './meter.ts'
import type { Outlet } from './outlet.ts'
import { createStream } from './stream.ts'
import type { Suited } from './suited.ts'
import { createUsageCount } from './usage-count.ts'
import { completeWhole } from './whole.ts'

/** A request that may be asked: who asks what, on whose behalf, and where the answer goes. */
export type Asking = Suited &
  Pick<RequestIdentity, 'purpose' | 'sessionId' | 'clientRequestId'> & {
    requestId: RequestId
    principal: Principal
    dialect: AnswerDialect
    chat: ChatRequest
    cancellation: Cancellation
    outlet: Outlet
    keeper: Keeper | null
  }

const deadlineMs = 5 * 60_000

/**
 * Admits, measures and answers; the lease and the row are settled on every way out.
 * @throws AppError where nothing was sent yet
 */
export async function answer(deps: GatewayDeps, asking: Asking): Promise<void> {
  const { requestId, principal, dialect, chat, model, translated, isMixed } = asking
  const { cancellation, outlet, keeper } = asking
  const startedAt = timeOfId(requestId) ?? Date.now()
  const { lease, inputTokens } = await admit(deps, { principal, chat, model, nowMs: startedAt })
  if (deps.isDraining()) {
    lease.settle(0)
    throw new AppError('draining')
  }
  const meter = createMeter({
    ledger: deps.ledger,
    identity: identityOf(asking, startedAt),
    model,
    lease,
    inputTokens,
    count: createUsageCount(deps.tokens, chat),
  })
  const { breaker } = deps
  await complete(deps, {
    ...{ requestId, dialect, chat, model, translated, isMixed, lease, meter, breaker, cancellation, outlet },
    keeper,
    headers: {},
  })
}

const identityOf = (asking: Asking, startedAt: number): RequestIdentity => ({
  id: asking.requestId,
  startedAt,
  organisationId: asking.principal.organisationId,
  userId: asking.principal.userId,
  keyId: asking.principal.key?.id ?? null,
  sessionId: asking.sessionId,
  clientRequestId: asking.clientRequestId,
  purpose: asking.purpose,
  dialect: asking.dialect.name,
  streamed: asking.chat.stream,
})

async function complete({ openRequests }: GatewayDeps, completion: Completion): Promise<void> {
  const { cancellation, chat, meter, outlet } = completion
  const stream = chat.stream ? createStream(completion) : null
  const deadlineAt = performance.now() + deadlineMs
  const open = {
    tick(nowMs: number) {
      stream?.tick(nowMs)
      if (nowMs >= deadlineAt) cancellation.cancel('deadline')
    },
    shutDown: () => cancellation.cancel('shutdown'),
    destroy: outlet.destroy,
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
