/** Every text of a request that a model reads, for counting: messages, tool calls, tools, the answer's schema. */
export function promptTexts(body: Record<string, unknown>): string[] {
  const messages = body.messages as Record<string, unknown>[]
  const rest = [body.tools, body.response_format]
    .filter((part) => part != null)
    .map((part) => JSON.stringify(part))
  return [...messages.flatMap(messageTexts), ...rest]
}

function messageTexts({ role, content, tool_calls: calls }: Record<string, unknown>): string[] {
  const texts = Array.isArray(content) ? content.map(({ text }) => text) : [content]
  const all = [role, ...texts, ...(calls ? [JSON.stringify(calls)] : [])]
  return all.filter((text): text is string => typeof text === 'string')
}
