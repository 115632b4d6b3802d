import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Done, exactText, instant, text } from './text.ts'

/** How many prompts somebody may keep. */
export const promptsMax = 200

const Name = text(40).regex(
  /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u,
  'A name is of letters, digits, hyphens and underscores.',
)
const Content = exactText(20_000).refine((content) => content.trim() !== '', 'Write what is to be asked.')

/** A text that somebody asks with again and again. */
export const ChatPrompt = z.object({
  id: z.string(),
  name: z.string().describe('What is typed after a slash.'),
  content: z.string().describe('{{word}} marks what is to be filled in.'),
  createdAt: instant,
})
export type ChatPrompt = z.infer<typeof ChatPrompt>

export const CreateChatPrompt = z.strictObject({ name: Name, content: Content })
export type CreateChatPrompt = z.output<typeof CreateChatPrompt>
export const UpdateChatPrompt = CreateChatPrompt.partial()
export type UpdateChatPrompt = z.output<typeof UpdateChatPrompt>

const tag = 'Chat'
const PromptParams = z.strictObject({ promptId: z.string() })

export const chatPromptEndpoints = {
  listPrompts: endpoint({
    method: 'GET',
    path: '/api/chat/prompts',
    tag,
    summary: 'Your prompts, by name.',
    scope: 'read',
    output: z.object({ data: z.array(ChatPrompt) }),
    status: 200,
    errors: [],
  }),
  createPrompt: endpoint({
    method: 'POST',
    path: '/api/chat/prompts',
    tag,
    summary: 'Keep a prompt.',
    scope: 'write',
    body: CreateChatPrompt,
    output: ChatPrompt,
    status: 201,
    errors: ['conflict'],
  }),
  updatePrompt: endpoint({
    method: 'PATCH',
    path: '/api/chat/prompts/:promptId',
    tag,
    summary: 'Change a prompt.',
    scope: 'write',
    params: PromptParams,
    body: UpdateChatPrompt,
    output: ChatPrompt,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  deletePrompt: endpoint({
    method: 'DELETE',
    path: '/api/chat/prompts/:promptId',
    tag,
    summary: 'Delete a prompt.',
    scope: 'write',
    params: PromptParams,
    output: Done,
    status: 200,
    errors: ['not_found'],
  }),
}
