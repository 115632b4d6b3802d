import { type Generation, isId, type MessageStatus, newId, type StartGeneration } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { requirePermissions } from '../gateway/index.ts'
import type { Principal } from '../http/index.ts'
import { requireModel } from '../models/index.ts'
import type { NeutralRequest } from '../neutral/index.ts'
import { attachFiles } from './attachments.ts'
import { startCaretaker } from './caretaker.ts'
import { contextOf } from './context.ts'
import type { ChatDeps } from './deps.ts'
import { cutAnswer, type Ending } from './ending.ts'
import { createEventHub, type EventHub } from './event-hub.ts'
import * as store from './generation-store.ts'
import { materialOf } from './material.ts'
import * as messages from './message-store.ts'
import { estimatedTokens, requireParent, requireSpace } from './messages.ts'
import { findInstructions } from './personal-settings.ts'
import { type Run, startRun } from './run.ts'
import { lockSession, type Owner, type SessionRow, updateSession } from './session-store.ts'
import { noSuchChat } from './sessions.ts'
import { createTitles } from './titles.ts'

/** Answers, as records of their own. */
export type Generations = {
  /** Begins one, or finds the one that was begun under its id. @throws AppError not_found, model_not_found, conflict */
  start: (principal: Principal, sessionId: string, given: StartGeneration) => Promise<Started>
  /** @throws AppError not_found */
  find: (owner: Owner, place: Place) => Promise<store.GenerationRow>
  /** @throws AppError not_found */
  stop: (owner: Owner, place: Place, shownCharacters: number | null) => Promise<void>
  /** Stops all that runs in a session. */
  stopAll: (sessionId: string) => Promise<void>
  hub: EventHub
  close: () => Promise<void>
}

type Place = { id: string; sessionId: string }
type Started = { generation: Generation; messageIds: string[] }
type Begun = {
  session: SessionRow
  model: string
  answerId: string
  questionId: string | null
  branch: messages.BranchRow[]
}

const parallelMax = 5

/** Builds them, and begins to look after those that run. */
export function createGenerations(deps: ChatDeps): Generations {
  const { db, log } = deps
  const hub = createEventHub()
  const runs = new Map<string, Run>()
  const caretaker = startCaretaker(deps, { runs, hub })
  const giveTitle = createTitles(deps)

  function run(principal: Principal, id: string, begun: Begun): void {
    const { session, model } = begun
    const prepare = (signal: AbortSignal) => requestFor(deps, { ...begun, asker: principal, signal })
    const question = { principal, model, sessionId: session.id, prepare }
    const started = startRun(deps, hub, { generationId: id, question })
    runs.set(id, started)
    void started.ended
      .then((ending) => {
        runs.delete(id)
        if (!isSaid(ending) || session.titled_by !== 'nobody') return
        return giveTitle(principal, begun)
      })
      .catch((err) => log.error({ err, generationId: id }, 'what follows an answer failed'))
  }

  /** Here at once; where it runs in another process, that finds the note. */
  async function stopOne(id: string, shownCharacters: number | null): Promise<void> {
    const isRunning = await store.askToStop(db, id, shownCharacters)
    if (!isRunning && shownCharacters !== null) await cutAnswer(db, id, shownCharacters)
    runs.get(id)?.stop()
  }

  const requireOwn: Generations['find'] = async (owner, place) => {
    const row = isId('generation', place.id) && (await store.findOwnGeneration(db, owner, place))
    if (row) return row
    throw new AppError('not_found', { message: 'There is no such answer in this chat.' })
  }

  return {
    hub,
    find: requireOwn,
    async start(principal, sessionId, given) {
      requirePermissions(principal, { hasImages: false })
      const begun = await beginOnce(deps, principal, { sessionId, given })
      if ('branch' in begun) run(principal, given.id, begun)
      const generation = await requireOwn(principal, { id: given.id, sessionId })
      const questionId = 'branch' in begun ? begun.questionId : null
      return {
        generation: generationOf(generation),
        messageIds: [...(questionId ? [questionId] : []), generation.message_id],
      }
    },
    async stop(owner, place, shownCharacters) {
      const { id } = await requireOwn(owner, place)
      await stopOne(id, shownCharacters)
    },
    async stopAll(sessionId) {
      for (const id of await store.listRunning(db, sessionId)) await stopOne(id, null)
    },
    async close() {
      await Promise.all([...runs.values()].map(({ ended }) => ended))
      await caretaker.close()
    },
  }
}

type Asked = { sessionId: string; given: StartGeneration }

/** Begins an answer, unless it has begun. @throws AppError not_found, conflict, and what `begin` throws */
const beginOnce = (deps: ChatDeps, principal: Principal, { sessionId, given }: Asked) =>
  deps.db
    .transaction()
    .execute(async (trx) => {
      const session = isId('chat', sessionId) && (await lockSession(trx, principal, sessionId))
      if (!session) throw noSuchChat()
      const known = await store.findGeneration(trx, given.id)
      return known ? requireSame(known, sessionId) : begin(trx, deps, { session, given, owner: principal })
    })
    // In one chat one waits for the other: it was begun in another at the same time.
    .catch((error) => {
      throw store.isSecondOfItsId(error) ? idInUse() : error
    })

/** @throws AppError conflict where the id is another chat's */
function requireSame(known: store.GenerationRow, sessionId: string): { known: store.GenerationRow } {
  if (known.session_id === sessionId) return { known }
  throw idInUse()
}

const idInUse = (): AppError =>
  new AppError('conflict', { message: 'This id was used before. Choose a new one.', param: 'id' })

/** Writes down the question, where there is one, and the answer that is to come. */
async function begin(
  trx: Kysely<Tables>,
  { models, files, now }: ChatDeps,
  { session, given, owner }: { session: SessionRow; given: StartGeneration; owner: Owner },
): Promise<Begun> {
  const model = requireModel(models, given.model ?? session.model ?? models.list()[0]?.id ?? '')
  if (given.ifLeafId !== undefined && given.ifLeafId !== session.leaf_id) throw wentOn()
  await requireParent(trx, given.parentId, session.id)
  await requireRoom(trx, session.id)
  await requireSpace(trx, session.id)
  const at = new Date(now())
  const questionId = given.content === undefined ? null : newId('message', at.getTime())
  const parentId = questionId ?? given.parentId
  if (parentId === null) throw new AppError('invalid_request', { message: noQuestion, param: 'content' })
  const common = { session_id: session.id, created_at: at }
  if (questionId !== null && given.content !== undefined) {
    await messages.insertMessage(trx, {
      ...{ ...common, id: questionId, parent_id: given.parentId, role: 'user', content: given.content },
      ...{ status: 'complete', total_tokens: estimatedTokens(given.content), tokens_estimated: true },
    })
    await attachFiles(trx, files, { owner, messageId: questionId, given: given.attachments })
  }
  const branch = await messages.listBranch(trx, parentId)
  if (branch.at(-1)?.role !== 'user')
    throw new AppError('conflict', { message: 'Only a question is answered.', param: 'parentId' })
  const answerId = newId('message', at.getTime() + 1)
  await messages.insertMessage(trx, {
    ...{ ...common, id: answerId, parent_id: parentId, role: 'assistant', content: '', status: 'running' },
    model: model.id,
  })
  await store.insertGeneration(trx, {
    ...{ id: given.id, session_id: session.id, message_id: answerId, model: model.id, status: 'running' },
    ...{ started_at: at },
  })
  await updateSession(trx, { owner, id: session.id }, { leaf_id: answerId, updated_at: at })
  return { session, model: model.id, answerId, questionId, branch }
}

/** What the model is asked: the branch, and what there is to show of its files once they are read. */
async function requestFor(
  { db, files, models }: ChatDeps,
  { asker, session, branch, model: name, answerId, signal }: Begun & { asker: Owner; signal: AbortSignal },
): Promise<NeutralRequest> {
  const model = requireModel(models, name)
  const fileIds = [...new Set(branch.flatMap((message) => message.fileIds))]
  const asked = branch.filter(({ role }) => role === 'user').slice(-2)
  const question = asked.map(({ content }) => content).join('\n')
  const material = await materialOf(files, { fileIds, question, model, signal })
  const instructions = [await findInstructions(db, asker.userId), session.instructions]
  const { temperature } = session
  const context = contextOf(branch, { instructions, temperature, model }, material)
  const { request, omittedMessages } = context
  if (omittedMessages > 0) await messages.updateMessage(db, answerId, { omitted_messages: omittedMessages })
  return request
}

/** Whether there is an answer, if only the beginning of one. */
const isSaid = (ending: Ending | null): boolean =>
  ending?.status === 'complete' || ending?.status === 'stopped'

const wentOn = (): AppError =>
  new AppError('conflict', {
    message: 'This chat went on elsewhere. See what was said there, then send your question again.',
    param: 'ifLeafId',
  })

const noQuestion = 'Send a question as content, or name the message to answer as parentId.'

/** @throws AppError conflict where as many answers as may are being made */
async function requireRoom(trx: Kysely<Tables>, sessionId: string): Promise<void> {
  const running = await store.listRunning(trx, sessionId)
  if (running.length < parallelMax) return
  throw new AppError('conflict', {
    message: `${parallelMax} answers are being made in this chat. Stop one, or wait for its end.`,
  })
}

const generationOf = (row: store.GenerationRow): Generation => ({
  id: row.id,
  sessionId: row.session_id,
  messageId: row.message_id,
  model: row.model,
  status: row.status satisfies MessageStatus,
})
