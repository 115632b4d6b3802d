import { isRecord } from '../json.ts'

/**
 * The messages of a client's own request without the thoughts that nobody signed, which Anthropic refuses: they are
 * another vendor's model's. A message of nothing else goes with them. Null where there are none.
 */
export function withoutUnsignedThoughts(messages: unknown): unknown[] | null {
  if (!Array.isArray(messages) || !messages.some(hasUnsigned)) return null
  return messages.flatMap((message) => {
    if (!hasUnsigned(message)) return [message]
    const content = message.content.filter((block) => !isUnsigned(block))
    return content.length > 0 ? [{ ...message, content }] : []
  })
}

type WithBlocks = Record<string, unknown> & { content: unknown[] }

const hasUnsigned = (message: unknown): message is WithBlocks =>
  isRecord(message) && Array.isArray(message.content) && message.content.some(isUnsigned)

const isUnsigned = (block: unknown): boolean =>
  isRecord(block) && block.type === 'thinking' && (block.signature == null || block.signature === '')
