import { z } from 'zod'
import { Attachment, Attachments } from './files.ts'
import { exactText, instant, nameText, text } from './text.ts'

const Title = nameText(200)
const Model = nameText(200)
const Instructions = exactText(32_000)
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
/** On the web, or a path of the portal's own. */
const mediaUrl = text(2000).regex(/^(https?:\/\/|\/(?!\/))/, 'Expected an address that begins with https://.')

export const Video = z.strictObject({
  url: mediaUrl,
  mimeType: text(100).min(1),
  durationMs: z.int().min(0),
  posterUrl: mediaUrl.nullable().default(null),
})
export type Video = z.infer<typeof Video>

/** A tool that an answer called, and what it was given back. */
export const ChatToolCall = z.object({
  id: z.string(),
  name: z.string(),
  arguments: z.string().describe('JSON, as the model wrote it.'),
  result: z.string().nullable().describe('What the tool returned; null until a request brings it.'),
  isError: z.boolean().describe('Whether the result says that the tool failed.'),
})
export type ChatToolCall = z.infer<typeof ChatToolCall>

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
  attachments: z.array(Attachment),
  toolCalls: z.array(ChatToolCall).describe('The tools that the answer called, in order.'),
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

/** A tag, and how many chats have it. */
export const ChatTag = z.object({ tag: z.string(), chats: z.number() })
export type ChatTag = z.infer<typeof ChatTag>

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

export const ListChatSessions = z
  .strictObject({
    limit: z.coerce.number().int().min(1).max(50).default(50),
    cursor: z.string().max(200).optional().describe('The nextCursor of the page before.'),
    show: z.enum(['active', 'archived', 'trash']).default('active'),
    tag: z
      .preprocess(
        (given) => (typeof given === 'string' ? [given] : given),
        z.array(z.string().max(40)).max(20),
      )
      .default([])
      .describe('Given several times, a chat has all of them.'),
    search: exactText(200)
      .optional()
      .describe(
        'Words that the title or a message has; at most 50 chats, without pages, not those in the trash.',
      ),
  })
  .refine(({ search, show, cursor }) => search === undefined || (show === 'active' && cursor === undefined), {
    ...{
      path: ['search'],
      message: 'A search has no pages, and goes through the archived ones too: leave show and cursor out.',
    },
  })
export type ListChatSessions = z.output<typeof ListChatSessions>

/** A way to narrow the list of chats, kept under a name. */
export const ChatFilter = z
  .strictObject({
    name: nameText(40),
    tags: Tags.default([]).describe('A chat has all of them.'),
    search: text(200).default('').describe('Words that the title or a message has.'),
  })
  .refine(({ tags, search }) => tags.length > 0 || search !== '', 'A filter needs a tag or words.')
export type ChatFilter = z.output<typeof ChatFilter>

/** What somebody wants in all their chats. */
export const ChatSettings = z.strictObject({
  instructions: Instructions.nullable().describe('What every model is told before every conversation.'),
  filters: z
    .array(ChatFilter)
    .max(20)
    .refine(
      (filters) => new Set(filters.map(({ name }) => name)).size === filters.length,
      'Two filters have the same name.',
    )
    .describe('Filters of the list of chats, in the order of their making.'),
})
export type ChatSettings = z.output<typeof ChatSettings>

const messageLengthMax = 1_000_000

export const CreateChatMessage = z
  .strictObject({
    sessionId: z.string(),
    role: z.enum(['user', 'assistant', 'system']),
    content: exactText(messageLengthMax).describe('It may be empty where there are files.'),
    model: Model.nullable().default(null),
    attachments: Attachments.default([]),
    parentId: z
      .string()
      .nullable()
      .optional()
      .describe('The message it follows; null begins anew, and without one it follows the branch in use.'),
  })
  .refine(({ content, attachments }) => content !== '' || attachments.length > 0, {
    ...{ path: ['content'], message: 'Write something, or attach a file.' },
  })
export type CreateChatMessage = z.output<typeof CreateChatMessage>

const isOfTheWeb = (url: string | null): boolean => url === null || /^(https?:\/\/|\/)/i.test(url)
const GivenVideo = Video.refine(({ url, posterUrl }) => isOfTheWeb(url) && isOfTheWeb(posterUrl), {
  path: ['url'],
  message: 'The addresses of a video begin with https://, http:// or /.',
})

export const UpdateChatMessage = z
  .strictObject({ content: exactText(messageLengthMax).min(1), video: GivenVideo.nullable() })
  .partial()
export type UpdateChatMessage = z.output<typeof UpdateChatMessage>

const ratings = { up: 1, down: -1, none: 0 } as const

/** A thumb as the number that is stored. */
export const ratingOf = (thumb: keyof typeof ratings): 1 | 0 | -1 => ratings[thumb]

const isQuestion = ({ content, attachments }: { content?: string | undefined; attachments: unknown[] }) =>
  content === undefined ? attachments.length === 0 : content !== '' || attachments.length > 0

export const StartGeneration = z
  .strictObject({
    id: z
      .string()
      .regex(/^gen_[0-9a-z]{26}$/, 'An id is gen_ and 26 characters of 0-9 and a-z.')
      .describe('Chosen by the client: asking twice under one id asks once.'),
    content: exactText(messageLengthMax)
      .optional()
      .describe(
        'A new question; it may say nothing where it has files. Without one the parent is answered (again).',
      ),
    parentId: z
      .string()
      .nullable()
      .describe('What the question follows, or, without a question, the message to answer.'),
    ifLeafId: z
      .string()
      .nullable()
      .optional()
      .describe('The last message that was seen: where the session’s leafId is another, 409.'),
    model: Model.optional().describe('In place of the session’s.'),
    attachments: Attachments.default([]).describe('Files of a new question.'),
  })
  .refine(isQuestion, { path: ['content'], message: 'Write a question; files go with a new one alone.' })
export type StartGeneration = z.output<typeof StartGeneration>
