import { newId } from '@portal/contract'
import type { Principal } from '../http/index.ts'
import { requireModel } from '../models/index.ts'
import type { NeutralRequest } from '../neutral/index.ts'
import { answer } from './answer.ts'
import type { Cancellation } from './cancellation.ts'
import type { ClientStream } from './client-stream.ts'
import type { GatewayDeps } from './deps.ts'
import { type AnswerLine, portalDialect, portalRequest } from './dialects/index.ts'
import { requirePermissions, requireService } from './requirements.ts'
import { suitedTo } from './suited.ts'

/** What the portal asks a model on somebody's behalf: they are limited and charged as if they had asked. */
export type ModelQuestion = {
  principal: Principal
  model: string
  request: NeutralRequest
  /** What the ledger says it was for. */
  purpose: 'chat' | 'title'
  sessionId: string | null
  cancellation: Cancellation
}

/** Gets an answer as it is made: what came together is told together. */
type AnswerListener = (lines: AnswerLine[]) => void

/** `askModel` of one gateway. */
export type AskModel = (question: ModelQuestion, listener: AnswerListener) => Promise<void>

/**
 * Asks a model; resolves when the answer has ended and its row is in the ledger. An error after something was told is
 * the last line.
 * @throws AppError as a completion does, where nothing was told yet
 */
export async function askModel(
  deps: GatewayDeps,
  question: ModelQuestion,
  listener: AnswerListener,
): Promise<void> {
  const { principal, model: name, request, cancellation, purpose, sessionId } = question
  requireService(deps)
  const chat = portalRequest({ model: name, request })
  requirePermissions(principal, chat)
  const offered = requireModel(deps.models, name)
  await answer(deps, {
    ...suitedTo({ chat, model: offered }),
    ...{ requestId: newId('request'), principal, dialect: portalDialect, chat, cancellation },
    ...{ purpose, sessionId, clientRequestId: null, keeper: null },
    outlet: {
      openStream: () => listening(listener),
      send: (_headers, body) => listener(linesOf(body)),
      destroy() {},
    },
  })
}

const linesOf = (text: string): AnswerLine[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** Somebody who is never behind. */
function listening(listener: AnswerListener): ClientStream {
  let hasStarted = false
  const tell = (text: string) => {
    hasStarted = true
    listener(linesOf(text))
  }
  return {
    get hasStarted() {
      return hasStarted
    },
    write: tell,
    end: tell,
    tick() {},
    stalledMs: () => 0,
  }
}
