// What the pages know of chats, kept true between two readings of the server.
import type { ChatMessage, ChatSession } from '@portal/contract'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { chatQueries } from '../api/index.ts'
import { tellOtherTabs } from './other-tabs.ts'

type Pages = InfiniteData<{ data: ChatSession[]; nextCursor: string | null }>

const withRows = (pages: Pages, change: (rows: ChatSession[]) => ChatSession[]): Pages => ({
  ...pages,
  pages: pages.pages.map((page) => ({ ...page, data: change(page.data) })),
})

function changeLists(client: QueryClient, change: (rows: ChatSession[]) => ChatSession[]): void {
  client.setQueriesData<Pages>({ queryKey: chatQueries.lists }, (pages) => pages && withRows(pages, change))
}

/** Has the lists read again, and what narrows them. */
export const rereadLists = (client: QueryClient) =>
  Promise.all([
    client.invalidateQueries({ queryKey: chatQueries.lists }),
    client.invalidateQueries({ queryKey: chatQueries.tags.queryKey }),
  ])

/** Changes what is known of a chat, wherever it is shown. */
export function changeChat(client: QueryClient, id: string, changes: Partial<ChatSession>): void {
  client.setQueryData(chatQueries.session(id).queryKey, (chat) => chat && { ...chat, ...changes })
  changeLists(client, (rows) => rows.map((row) => (row.id === id ? { ...row, ...changes } : row)))
}

/** What is known of a chat: by itself, and in the lists. */
function knownOf(client: QueryClient, id: string): ChatSession[] {
  const lists = client.getQueriesData<Pages>({ queryKey: chatQueries.lists })
  const rows = lists.flatMap(([, list]) => list?.pages.flatMap(({ data }) => data) ?? [])
  const chat = client.getQueryData(chatQueries.session(id).queryKey)
  return [...(chat ? [chat] : []), ...rows.filter((row) => row.id === id)]
}

/** Takes a chat out of the lists. */
export function forgetChat(client: QueryClient, id: string): void {
  changeLists(client, (rows) => rows.filter((row) => row.id !== id))
}

/** Takes messages into what is known of their chat, in the place of those with the same id. */
export function putMessages(client: QueryClient, sessionId: string, given: readonly ChatMessage[]): void {
  const ids = new Set(given.map(({ id }) => id))
  client.setQueryData(
    chatQueries.messages(sessionId).queryKey,
    (known) => known && [...known.filter(({ id }) => !ids.has(id)), ...given],
  )
}

/** An answer has begun: it is shown, and the branch leads to it. */
export function acceptStart(client: QueryClient, sessionId: string, messages: readonly ChatMessage[]): void {
  const { queryKey } = chatQueries.messages(sessionId)
  putMessages(client, sessionId, messages)
  const answer = messages.at(-1)
  if (answer) changeChat(client, sessionId, { leafId: answer.id, running: true })
  const isWhole = client.getQueryData(queryKey)?.some(({ id }) => id === answer?.parentId)
  // Asked for twice the server tells the answer alone; and what is being read may be from before.
  if (!isWhole || client.isFetching({ queryKey }) > 0) void client.invalidateQueries({ queryKey })
  void rereadLists(client)
  tellOtherTabs(sessionId)
}

const untitled = 'New chat'
/** A title comes by a call of its own, some time after the first whole answer. */
const titleAfterMs = [1000, 3000, 8000, 20_000]

/** Has a chat read again, here and in the lists. */
export const rereadChat = (client: QueryClient, id: string) =>
  Promise.all([rereadLists(client), client.invalidateQueries({ queryKey: chatQueries.session(id).queryKey })])

/** Has a chat read again with its messages, here and in the lists. */
export const rereadAll = (client: QueryClient, id: string) =>
  Promise.all([
    rereadChat(client, id),
    client.invalidateQueries({ queryKey: chatQueries.messages(id).queryKey }),
  ])

/** Somebody comes back to a tab: has the lists and the chat in view read again, its messages where it went on. */
export async function lookAgain(client: QueryClient, id: string | undefined): Promise<void> {
  const known = () => id && client.getQueryData(chatQueries.session(id).queryKey)
  const before = known()
  await client.refetchQueries(
    {
      ...{ queryKey: ['chats'], type: 'active' },
      predicate: ({ queryKey, state }) =>
        queryKey[2] !== 'messages' && Date.now() - state.dataUpdatedAt > freshMs,
    },
    { cancelRefetch: false },
  )
  const after = known()
  if (id && before && after && (after.updatedAt !== before.updatedAt || after.running !== before.running)) {
    await client.invalidateQueries({ queryKey: chatQueries.messages(id).queryKey })
  }
}

/** Coming back is told more than once, and a page that was just read needs no other look. */
const freshMs = 1000

/** An answer has ended. */
export function acceptEnd(client: QueryClient, message: ChatMessage): void {
  putMessages(client, message.sessionId, [message])
  void rereadChat(client, message.sessionId)
}

/** Has a chat without a title read again until the one that its first answer brings is there, and in the lists. */
export function awaitTitle(client: QueryClient, sessionId: string): void {
  // Chat and lists are read side by side: one may have been before the title, and the other after it.
  const isUntitled = () => knownOf(client, sessionId).some(({ title }) => title === untitled)
  if (!isUntitled()) return
  for (const ms of titleAfterMs) {
    setTimeout(() => isUntitled() && rereadChat(client, sessionId), ms)
  }
}
