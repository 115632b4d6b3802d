import { chatEndpoints, chatPromptEndpoints, chatShareEndpoints } from '@portal/contract'
import { createPagedAnswer, type Mount } from '../http/index.ts'
import { exportChat } from './export.ts'
import type { Chat } from './service.ts'

const done = { success: true } as const

/** Mounts chats, their messages and answers. */
export function mountChat(mount: Mount, chat: Chat): void {
  mountSessions(mount, chat)
  mountMessages(mount, chat)
  mountGenerations(mount, chat)
  mountShares(mount, chat)
  mountPrompts(mount, chat)
  mount(chatEndpoints.getSettings, ({ principal }) => chat.settings.get(principal))
  mount(chatEndpoints.updateSettings, ({ principal, body }) => chat.settings.update(principal, body))
}

function mountSessions(mount: Mount, { sessions }: Chat): void {
  mount(chatEndpoints.listSessions, ({ principal, query }) => sessions.list(principal, query))
  mount(chatEndpoints.listTags, async ({ principal }) => ({ data: await sessions.listTags(principal) }))
  mount(chatEndpoints.createSession, async ({ principal, body }) => ({
    ...(await sessions.create(principal, body)),
    messages: [],
  }))
  mount(chatEndpoints.getSession, ({ principal, params }) => sessions.get(principal, params.sessionId))
  mount(chatEndpoints.updateSession, ({ principal, params, body }) =>
    sessions.update(principal, params.sessionId, body),
  )
  mount(chatEndpoints.deleteSession, async ({ principal, params, query }) => {
    await sessions.remove(principal, params.sessionId, query)
    return done
  })
  mount(chatEndpoints.restoreSession, ({ principal, params }) =>
    sessions.restore(principal, params.sessionId),
  )
  mount(chatEndpoints.listMessages, async ({ principal, params }) => ({
    data: await sessions.listMessages(principal, params.sessionId),
  }))
}

function mountMessages(mount: Mount, { messages }: Chat): void {
  mount(chatEndpoints.createMessage, ({ principal, body }) => messages.create(principal, body))
  mount(chatEndpoints.updateMessage, ({ principal, params, body }) =>
    messages.update(principal, params.messageId, body),
  )
  mount(chatEndpoints.rateMessage, async ({ principal, params, body }) => ({
    ...done,
    rating: await messages.rate(principal, params.messageId, body),
  }))
}

function mountGenerations(mount: Mount, { startGeneration, stopGeneration, readGeneration }: Chat): void {
  mount(chatEndpoints.startGeneration, ({ principal, params, body }) =>
    startGeneration(principal, params.sessionId, body),
  )
  mount(chatEndpoints.stopGeneration, async ({ principal, params, body }) => {
    await stopGeneration(principal, placeOf(params), body.shownCharacters)
    return done
  })
  mount(chatEndpoints.readGeneration, async ({ principal, readmit, params, headers }) =>
    createPagedAnswer({
      pages: await readGeneration(
        { principal, readmit },
        placeOf(params),
        lastSeen(headers['last-event-id']),
      ),
      mediaType: 'text/event-stream; charset=utf-8',
      headers: { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
    }),
  )
}

function mountShares(mount: Mount, { sessions, shares }: Chat): void {
  mount(chatShareEndpoints.createShare, ({ principal, params }) => shares.create(principal, params.sessionId))
  mount(chatShareEndpoints.listShares, async ({ principal }) => ({ data: await shares.list(principal) }))
  mount(chatShareEndpoints.deleteShare, async ({ principal, params }) => {
    await shares.remove(principal, params.shareId)
    return done
  })
  mount(
    chatShareEndpoints.readShare,
    async ({ params }) =>
      Response.json(await shares.read(params.token), { headers: { 'x-robots-tag': 'noindex' } }),
    shares.countReading,
  )
  mount(chatShareEndpoints.exportSession, async ({ principal, params: { sessionId }, query }) => {
    const session = await sessions.get(principal, sessionId)
    const list = query.format === 'json' ? sessions.listMessages : sessions.listBranch
    return exportChat({ session, messages: await list(principal, sessionId) }, query.format)
  })
}

function mountPrompts(mount: Mount, { prompts }: Chat): void {
  mount(chatPromptEndpoints.listPrompts, async ({ principal }) => ({ data: await prompts.list(principal) }))
  mount(chatPromptEndpoints.createPrompt, ({ principal, body }) => prompts.create(principal, body))
  mount(chatPromptEndpoints.updatePrompt, ({ principal, params, body }) =>
    prompts.update(principal, params.promptId, body),
  )
  mount(chatPromptEndpoints.deletePrompt, async ({ principal, params }) => {
    await prompts.remove(principal, params.promptId)
    return done
  })
}

const placeOf = ({ generationId, sessionId }: { generationId: string; sessionId: string }) => ({
  ...{ id: generationId, sessionId },
})

/** The number of the last event a reader has; 0 where it says nothing readable. */
const lastSeen = (header: string | string[] | undefined): number =>
  typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : 0
