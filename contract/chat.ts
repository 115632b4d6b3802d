import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Done, instant, nameText, text } from './text.ts'

const tag = 'Chat'
const textOfMessage = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .refine(
      (value) => value.isWellFormed() && !value.includes('\0'),
      'Contains characters that are not text.',
    )

const Title = nameText(200)
const Model = nameText(200)
const Instructions = textOfMessage(32_000)
const Temperature = z.number().min(0).max(2)
const Tags = z
  .array(nameText(40))
  .max(20)
  .transform((tags) => [...new Set(tags)])

/** How a message came to its end, or that it has not. */
export const MessageStatus = z.enum(['running', 'complete', 'stopped', 'interrupted', 'failed'])
export type MessageStatus = z.infer<typeof MessageStatus>

const Fault = z.object({ code: z.string(), message: z.string() })

/** A video that a message shows. */
export const Video = z.strictObject({
  url: text(2000).min(1),
  mimeType: text(100).min(1),
  durationMs: z.int().min(0),
  posterUrl: text(2000).min(1).nullable().default(null),
})
export type Video = z.infer<typeof Video>

export const ChatMessage = z.object({
  id: z.string(),
  sessionId: z.string(),
  parentId: z.string().nullable().describe('The message it follows.'),
  role: z.enum(['user', 'assistant', 'system']),
  content: z.string(),
  reasoning: z.string().nullable().describe('What the model thought.'),
  model: z.string().nullable(),
  status: MessageStatus,
  fault: Fault.nullable().describe('Why it failed.'),
  omittedMessages: z.number().describe('Older messages that did not fit the model’s context.'),
  attachments: z.array(z.never()),
  totalTokens: z.number().nullable(),
  tokensEstimated: z.boolean(),
  rating: z.union([z.literal(1), z.literal(0), z.literal(-1)]),
  ratingReason: z.string().nullable(),
  video: Video.nullable(),
  generationId: z.string().nullable(),
  seq: z.number().describe('The last event that is part of it, while it runs.'),
  createdAt: instant,
})
export type ChatMessage = z.infer<typeof ChatMessage>

export const ChatSession = z.object({
  id: z.string(),
  title: z.string(),
  model: z.string().nullable().describe('Null is the portal’s first one.'),
  temperature: z.number().nullable().describe('Null is the model’s own.'),
  instructions: z.string().nullable().describe('What the model is told before the conversation.'),
  tags: z.array(z.string()),
  pinned: z.boolean(),
  archived: z.boolean(),
  leafId: z.string().nullable().describe('The last message of the branch in use.'),
  running: z.boolean().describe('Whether an answer is being made.'),
  createdAt: instant,
  updatedAt: instant,
  deletedAt: instant.nullable(),
})
export type ChatSession = z.infer<typeof ChatSession>

/** Where a chat says what was looked for. */
export const ChatMatch = z.object({
  messageId: z.string().nullable().describe('Null where it is the title.'),
  excerpt: z.string(),
  marks: z.array(z.object({ at: z.number(), length: z.number() })).describe('In UTF-16 code units.'),
})
export type ChatMatch = z.infer<typeof ChatMatch>

/** One event of an answer that is being made. */
export const GenerationEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({ type: z.literal('end'), message: ChatMessage }),
])
export type GenerationEvent = z.infer<typeof GenerationEvent>

export const Generation = z.object({
  id: z.string(),
  sessionId: z.string(),
  messageId: z.string().describe('The answer.'),
  model: z.string(),
  status: MessageStatus,
})
export type Generation = z.infer<typeof Generation>

const SessionParams = z.strictObject({ sessionId: z.string() })
const MessageParams = z.strictObject({ messageId: z.string() })
const GenerationParams = SessionParams.extend({ generationId: z.string() })

export const CreateChatSession = z.strictObject({
  title: Title.optional(),
  model: Model.nullable().default(null),
  temperature: Temperature.nullable().default(null),
  instructions: Instructions.nullable().default(null),
  tags: Tags.default([]),
})
export type CreateChatSession = z.output<typeof CreateChatSession>

export const UpdateChatSession = z
  .strictObject({
    title: Title,
    model: Model.nullable(),
    temperature: Temperature.nullable(),
    instructions: Instructions.nullable(),
    tags: Tags,
    pinned: z.boolean(),
    archived: z.boolean(),
    leafId: z.string().describe('Any message: the branch goes to the newest end below it.'),
  })
  .partial()
export type UpdateChatSession = z.output<typeof UpdateChatSession>

export const ListChatSessions = z.strictObject({
  limit: z.coerce.number().int().min(1).max(50).default(50),
  cursor: z.string().max(200).optional().describe('The nextCursor of the page before.'),
  show: z.enum(['active', 'archived', 'trash']).default('active'),
  tag: z.string().max(40).optional(),
  search: z
    .string()
    .max(200)
    .refine(
      (value) => value.isWellFormed() && !value.includes('\0'),
      'Contains characters that are not text.',
    )
    .optional()
    .describe('Words that the title or a message has; at most 50 chats, without pages.'),
})
export type ListChatSessions = z.output<typeof ListChatSessions>

const messageLengthMax = 1_000_000

export const CreateChatMessage = z.strictObject({
  sessionId: z.string(),
  role: z.enum(['user', 'assistant', 'system']),
  content: textOfMessage(messageLengthMax).min(1),
  model: Model.nullable().default(null),
  parentId: z
    .string()
    .nullable()
    .optional()
    .describe('The message it follows; null begins anew, and without one it follows the branch in use.'),
})
export type CreateChatMessage = z.output<typeof CreateChatMessage>

export const UpdateChatMessage = z
  .strictObject({ content: textOfMessage(messageLengthMax).min(1), video: Video.nullable() })
  .partial()
export type UpdateChatMessage = z.output<typeof UpdateChatMessage>

const ratings = { up: 1, down: -1, none: 0 } as const

/** A thumb as the number that is stored. */
export const ratingOf = (thumb: keyof typeof ratings): 1 | 0 | -1 => ratings[thumb]

export const StartGeneration = z.strictObject({
  id: z
    .string()
    .regex(/^gen_[0-9a-z]{26}$/, 'An id is gen_ and 26 characters of 0-9 and a-z.')
    .describe('Chosen by the client: asking twice under one id asks once.'),
  content: textOfMessage(messageLengthMax)
    .min(1)
    .optional()
    .describe('A new question. Without one the parent is answered (again).'),
  parentId: z
    .string()
    .nullable()
    .describe('What the question follows, or, without a question, the message to answer.'),
  model: Model.optional().describe('In place of the session’s.'),
})
export type StartGeneration = z.output<typeof StartGeneration>

const mine = ['not_found'] as const

export const chatEndpoints = {
  listSessions: endpoint({
    method: 'GET',
    path: '/api/chat/sessions',
    tag,
    summary: 'Your chats, the one used last first.',
    scope: 'read',
    query: ListChatSessions,
    output: z.object({
      data: z.array(ChatSession.extend({ match: ChatMatch.nullable() })),
      nextCursor: z.string().nullable(),
    }),
    status: 200,
    errors: [],
  }),
  createSession: endpoint({
    method: 'POST',
    path: '/api/chat/sessions',
    tag,
    summary: 'Begin a chat.',
    scope: 'write',
    body: CreateChatSession,
    bodyOptional: true,
    output: ChatSession.extend({ messages: z.array(ChatMessage) }),
    status: 201,
    errors: ['model_not_found'],
  }),
  getSession: endpoint({
    method: 'GET',
    path: '/api/chat/sessions/:sessionId',
    tag,
    summary: 'One chat.',
    scope: 'read',
    params: SessionParams,
    output: ChatSession,
    status: 200,
    errors: mine,
  }),
  updateSession: endpoint({
    method: 'PATCH',
    path: '/api/chat/sessions/:sessionId',
    tag,
    summary: 'Change what a chat is called, its model, instructions, tags or branch.',
    scope: 'write',
    params: SessionParams,
    body: UpdateChatSession,
    output: ChatSession,
    status: 200,
    errors: [...mine, 'model_not_found'],
  }),
  deleteSession: endpoint({
    method: 'DELETE',
    path: '/api/chat/sessions/:sessionId',
    tag,
    summary: 'Move a chat with its messages to the trash, for 30 days; or, with purge, delete it for good.',
    scope: 'write',
    params: SessionParams,
    query: z.strictObject({ purge: z.stringbool().default(false) }),
    output: Done,
    status: 200,
    errors: mine,
  }),
  restoreSession: endpoint({
    method: 'POST',
    path: '/api/chat/sessions/:sessionId/restore',
    tag,
    summary: 'Take a chat out of the trash.',
    scope: 'write',
    params: SessionParams,
    output: ChatSession,
    status: 200,
    errors: mine,
  }),
  listMessages: endpoint({
    method: 'GET',
    path: '/api/chat/sessions/:sessionId/messages',
    tag,
    summary: 'All messages of a chat, all branches, oldest first; answers under way as far as they are.',
    scope: 'read',
    params: SessionParams,
    output: z.object({ data: z.array(ChatMessage) }),
    status: 200,
    errors: mine,
  }),
  createMessage: endpoint({
    method: 'POST',
    path: '/api/chat/messages',
    tag,
    summary: 'Put a message into a chat, without asking a model.',
    scope: 'write',
    body: CreateChatMessage,
    bodyBytesMax: 5 * 1024 * 1024,
    output: ChatMessage,
    status: 201,
    errors: [...mine, 'session_not_found'],
  }),
  updateMessage: endpoint({
    method: 'PATCH',
    path: '/api/chat/messages/:messageId',
    tag,
    summary: 'Change a message’s words in place, or the video it shows.',
    scope: 'write',
    params: MessageParams,
    body: UpdateChatMessage,
    bodyBytesMax: 5 * 1024 * 1024,
    output: ChatMessage,
    status: 200,
    errors: [...mine, 'conflict'],
  }),
  rateMessage: endpoint({
    method: 'POST',
    path: '/api/chat/messages/:messageId/rating',
    tag,
    summary: 'Rate an answer, or take the rating back.',
    scope: 'write',
    params: MessageParams,
    body: z.strictObject({
      rating: z.enum(['up', 'down', 'none']),
      reason: text(1000).min(1).nullable().default(null),
    }),
    output: z.object({ success: z.literal(true), rating: ChatMessage.shape.rating }),
    status: 200,
    errors: [...mine, 'conflict'],
  }),
  startGeneration: endpoint({
    method: 'POST',
    path: '/api/chat/sessions/:sessionId/generations',
    tag,
    summary: 'Have a model answer. It goes on when you leave; read it by its events.',
    scope: 'write',
    params: SessionParams,
    body: StartGeneration,
    bodyBytesMax: 5 * 1024 * 1024,
    output: z.object({ generation: Generation, messages: z.array(ChatMessage) }),
    status: 201,
    errors: [...mine, 'model_not_found', 'conflict'],
  }),
  readGeneration: endpoint({
    method: 'GET',
    path: '/api/chat/sessions/:sessionId/generations/:generationId/events',
    tag,
    summary: 'The events of an answer as server-sent events, from after Last-Event-ID on, to its end.',
    scope: 'read',
    params: GenerationParams,
    output: z.string(),
    mediaType: 'text/event-stream',
    status: 200,
    events: GenerationEvent,
    errors: mine,
  }),
  stopGeneration: endpoint({
    method: 'POST',
    path: '/api/chat/sessions/:sessionId/generations/:generationId/stop',
    tag,
    summary: 'Stop an answer, and keep of its text what was shown.',
    scope: 'write',
    params: GenerationParams,
    body: z.strictObject({
      shownCharacters: z.int().min(0).nullable().default(null).describe('UTF-16 code units; null is all.'),
    }),
    bodyOptional: true,
    output: Done,
    status: 200,
    errors: mine,
  }),
}
