import type { ChatMessage, ChatSession } from '@portal/contract'

type Chat = { session: ChatSession; messages: ChatMessage[] }

/** A chat as a file to keep: everything as JSON, or the branch in use as Markdown. */
export function exportChat(chat: Chat, format: 'markdown' | 'json'): Response {
  const isJson = format === 'json'
  const body = isJson ? `${JSON.stringify(chat, null, 2)}\n` : asMarkdown(chat)
  return new Response(body, {
    headers: {
      'content-type': isJson ? 'application/json; charset=utf-8' : 'text/markdown; charset=utf-8',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName(chat.session))}.${isJson ? 'json' : 'md'}`,
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
  const parts = branchOf(messages, session.leafId).map(partOf)
  return `# ${session.title}\n\n${parts.join('\n\n')}\n`
}

const speakers = { user: 'You', assistant: 'Assistant', system: 'Instructions' } as const

function partOf({ role, model, content, attachments, createdAt }: ChatMessage): string {
  const files = attachments.map(({ name }) => `- ${name}`)
  const heading = `## ${speakers[role]}${model === null ? '' : ` (${model})`}, ${createdAt}`
  return [heading, ...(files.length > 0 ? [files.join('\n')] : []), content].join('\n\n')
}

/** The messages down to the end of the branch in use. */
function branchOf(messages: readonly ChatMessage[], leafId: string | null): ChatMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const branch: ChatMessage[] = []
  for (let at = byId.get(leafId ?? ''); at; at = byId.get(at.parentId ?? '')) branch.unshift(at)
  return branch
}
