import type { Target } from '../models/index.ts'
import type { AnswerEvent } from '../neutral/index.ts'
import type { Answer, PreparedCall } from '../providers/index.ts'
import { type Attempt, answerContext, type Completion, prepareFor, route } from './completion.ts'
import type { FinalUsage } from './dialects/index.ts'
import { errorOfEnd } from './ends.ts'
import { type AttemptResult, failed, readWhole, runExchange } from './exchange.ts'

const answerBytesMax = 64 * 1024 * 1024

/**
 * Answers in one piece. The ledger row is committed before the body is sent.
 * @throws AppError where there is no answer
 */
export async function completeWhole(completion: Completion): Promise<void> {
  const { meter, outlet, headers, keeper } = completion
  const result = await route(
    completion,
    (attempt) => attemptWhole(completion, attempt),
    () => true,
  )
  if (result.kind !== 'done') throw errorOfEnd(completion, { result, hasProduced: false })
  const { answer } = result.value
  meter.reported(answer.usage)
  meter.heard({ model: answer.json.model, json: answer.json })
  if (answer.usage.output === null) meter.produced(answer.text)
  const usage = await meter.usage()
  const body = encoded(completion, { ...result.value, usage })
  // A body that cannot be sent because the ledger is away costs nothing.
  await meter.settle(
    { status: 'ok', charge: 'used' },
    { status: 'portal_error', errorCode: 'unavailable', charge: 'nothing' },
  )
  keeper?.hear(eventsOf(result.value))
  await keeper?.keep(usage)
  outlet.send(headers, body)
}

type Given = { answer: Answer; target: Target; call: PreparedCall }

/** The answer in the client's dialect. */
function encoded(completion: Completion, { answer, target, call, usage }: Given & { usage: FinalUsage }) {
  const { dialect } = completion
  const { provider } = target
  const context = { ...answerContext(completion), usage }
  if (provider.dialect === dialect.name) return dialect.passAnswer(answer, context)
  return dialect.encodeAnswer(eventsOf({ answer, target, call }), context)
}

/** What an answer says, in the asker's words. */
function eventsOf({ answer, target, call }: Given): AnswerEvent[] {
  const restore = call.createRestore?.()
  const events = target.provider.eventsOfAnswer(answer)
  return restore ? events.flatMap(restore) : events
}

function attemptWhole(completion: Completion, attempt: Attempt): Promise<AttemptResult<Given>> {
  const { target } = attempt
  const call = prepareFor(completion, attempt)
  return runExchange({
    target,
    call,
    cancellation: completion.cancellation,
    read: readWhole(answerBytesMax, (text) => {
      const answer = target.provider.readAnswer(text)
      return 'kind' in answer ? failed(answer) : { kind: 'done', value: { answer, target, call } }
    }),
  })
}
