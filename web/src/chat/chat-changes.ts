// What people do to their chats: shown at once, told to the server, taken back where it refuses.
import { type ChatSession, chatEndpoints } from '@portal/contract'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useRouter } from '@tanstack/react-router'
import { call } from '../api/index.ts'
import { notifyDone, notifyFailed } from '../ui/index.ts'
import { changeChat, forgetChat, rereadChat, rereadLists } from './chat-cache.ts'
import { tellOtherTabs } from './other-tabs.ts'

type Own = Pick<
  ChatSession,
  'title' | 'model' | 'temperature' | 'instructions' | 'pinned' | 'archived' | 'tags'
>
type Update = { id: string; changes: Partial<Own> & { leafId?: string } }

const updating = (client: QueryClient) => ({
  mutationFn: ({ id, changes }: Update) =>
    call(chatEndpoints.updateSession, { params: { sessionId: id }, body: changes }),
  onSuccess(chat: ChatSession) {
    changeChat(client, chat.id, chat)
    tellOtherTabs(chat.id)
  },
})

/** Changes a chat: its model, pin, branch … */
export function useUpdateChat() {
  const client = useQueryClient()
  return useMutation({
    ...updating(client),
    onMutate: ({ id, changes: { leafId: _, ...changes } }) => changeChat(client, id, changes),
    onError: notifyFailed,
    onSettled: (_, __, { id }) => rereadChat(client, id),
  })
}

/** Keeps what somebody typed of a chat: shown once the server has it. Whoever took it keeps it until then, and tells the error. */
export function useKeepTyped(onError?: (error: Error) => void) {
  const client = useQueryClient()
  return useMutation({
    ...updating(client),
    ...(onError && { onError }),
    onSettled: (_, __, { id }) => void rereadChat(client, id),
  })
}

/** Moves a chat to the archive, or back. */
export function useArchive() {
  const client = useQueryClient()
  const { mutate } = useUpdateChat()
  return ({ id, archived }: ChatSession) => {
    forgetChat(client, id)
    mutate({ id, changes: { archived: !archived } })
  }
}

/** Moves a chat to the trash, and offers to take it out again. */
export function useDelete() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { sessionId: shownId } = useParams({ strict: false })
  const restore = useRestoring().mutateAsync
  const router = useRouter()
  /** Back to a chat that was in view, unless something else is now. */
  const undo = async (sessionId: string, wasShown: boolean) => {
    await restore(sessionId)
    if (!wasShown || router.state.location.pathname !== '/chat') return
    await navigate({ to: '/chat/$sessionId', params: { sessionId } })
  }
  return useMutation({
    mutationFn: ({ id }: ChatSession) =>
      call(chatEndpoints.deleteSession, { params: { sessionId: id }, query: {} }),
    onMutate: ({ id }) => {
      forgetChat(client, id)
      const wasShown = id === shownId
      if (wasShown) void navigate({ to: '/chat' })
      return { wasShown }
    },
    onSuccess(_, { id, title }, { wasShown }) {
      // That it failed is told where it is told of every restoring.
      const run = () => void undo(id, wasShown).catch(() => {})
      notifyDone(`“${title}” is deleted.`, { label: 'Undo', run })
      tellOtherTabs(id)
    },
    onError: notifyFailed,
    onSettled: () => rereadLists(client),
  }).mutate
}

/** Takes a chat out of the trash. */
export const useRestore = () => useRestoring().mutate

function useRestoring() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (sessionId: string) => call(chatEndpoints.restoreSession, { params: { sessionId } }),
    onSuccess: ({ id }) => tellOtherTabs(id),
    onError: notifyFailed,
    onSettled: (_, __, id) => rereadChat(client, id),
  })
}

/** Deletes a chat of the trash for good. */
export function usePurge() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (sessionId: string) =>
      call(chatEndpoints.deleteSession, { params: { sessionId }, query: { purge: 'true' } }),
    onSuccess(_, id) {
      forgetChat(client, id)
      tellOtherTabs(id)
    },
    onError: notifyFailed,
    onSettled: () => rereadLists(client),
  })
}
