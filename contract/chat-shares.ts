import { z } from 'zod'
import { ChatMessage, ChatSession } from './chat.ts'
import { endpoint } from './endpoint.ts'
import { Done, instant } from './text.ts'

/** What a snapshot says of a message: nothing about whose it was. */
export const SharedMessage = ChatMessage.pick({
  role: true,
  content: true,
  model: true,
  status: true,
  createdAt: true,
}).extend({ attachments: z.array(z.string()).describe('The names of its files, which are not shared.') })
export type SharedMessage = z.infer<typeof SharedMessage>

/** A link to a snapshot of a chat. */
export const ChatShare = z.object({
  id: z.string(),
  sessionId: z.string(),
  title: z.string(),
  url: z.string().describe('Whoever has it reads the snapshot, without signing in.'),
  messageCount: z.number(),
  createdAt: instant,
})
export type ChatShare = z.infer<typeof ChatShare>

/** What whoever has the link sees. */
export const SharedChat = z.object({
  title: z.string(),
  messages: z.array(SharedMessage),
  createdAt: instant,
})
export type SharedChat = z.infer<typeof SharedChat>

/** A chat as a file: all of it, every branch. */
export const ExportedChat = z.object({ session: ChatSession, messages: z.array(ChatMessage) })

const tag = 'Chat'
const SessionParams = z.strictObject({ sessionId: z.string() })
const mine = ['not_found'] as const

export const chatShareEndpoints = {
  createShare: endpoint({
    method: 'POST',
    path: '/api/chat/sessions/:sessionId/shares',
    tag,
    summary: 'Make a link to a chat as it is now: the branch in use, without its files.',
    scope: 'write',
    isPersonal: true,
    feature: 'chat-sharing',
    params: SessionParams,
    output: ChatShare,
    status: 201,
    errors: [...mine, 'conflict'],
  }),
  listShares: endpoint({
    method: 'GET',
    path: '/api/chat/shares',
    tag,
    summary: 'Your links, the newest first.',
    scope: 'read',
    output: z.object({ data: z.array(ChatShare) }),
    status: 200,
    errors: [],
  }),
  deleteShare: endpoint({
    method: 'DELETE',
    path: '/api/chat/shares/:shareId',
    tag,
    summary: 'Revoke a link.',
    scope: 'write',
    params: z.strictObject({ shareId: z.string() }),
    output: Done,
    status: 200,
    errors: mine,
  }),
  readShare: endpoint({
    method: 'GET',
    path: '/api/shared/:token',
    tag,
    summary: 'What a link shows, to anybody.',
    scope: 'public',
    feature: 'chat-sharing',
    params: z.strictObject({ token: z.string() }),
    output: SharedChat,
    status: 200,
    errors: [...mine, 'rate_limit_exceeded'],
  }),
  exportSession: endpoint({
    method: 'GET',
    path: '/api/chat/sessions/:sessionId/export',
    tag,
    summary: 'A chat as a file: Markdown of the branch in use, or JSON of all branches.',
    scope: 'read',
    params: SessionParams,
    query: z.strictObject({ format: z.enum(['markdown', 'json']).default('markdown') }),
    output: ExportedChat,
    status: 200,
    errors: mine,
  }),
}
