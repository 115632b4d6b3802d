import type { ChatMessage, ChatSession } from '@portal/contract'
import { attachmentHeader } from '../http/index.ts'

type Chat = { session: ChatSession; messages: readonly ChatMessage[] }

/** A chat, or a branch of it, as a file to keep. */
export function exportChat(chat: Chat, format: 'markdown' | 'json'): Response {
  const isJson = format === 'json'
  const body = isJson ? `${JSON.stringify(chat, null, 2)}\n` : asMarkdown(chat)
  return new Response(body, {
    headers: {
      'content-type': isJson ? 'application/json; charset=utf-8' : 'text/markdown; charset=utf-8',
      'content-disposition': attachmentHeader(`${fileName(chat.session)}.${isJson ? 'json' : 'md'}`),
    },
  })
}

const fileName = ({ title }: ChatSession): string =>
  title
    .replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|']/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 80)
    .toWellFormed() || 'chat'

function asMarkdown({ session, messages }: Chat): string {
  const parts = messages.map(partOf)
  return `# ${session.title}\n\n${parts.join('\n\n')}\n`
}

const speakers = { user: 'You', assistant: 'Assistant', system: 'Instructions' } as const

function partOf({ role, model, content, attachments, toolCalls, createdAt }: ChatMessage): string {
  const files = attachments.map(({ name }) => `- ${name}`).join('\n')
  const tools = toolCalls.length === 0 ? '' : `Tools called: ${toolCalls.map(({ name }) => name).join(', ')}`
  const heading = `## ${speakers[role]}${model === null ? '' : ` (${model})`}, ${createdAt}`
  return [heading, files, tools, content].filter((part) => part !== '').join('\n\n')
}
