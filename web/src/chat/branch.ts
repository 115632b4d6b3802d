import type { ChatMessage } from '@portal/contract'

/** A message of the branch in use, with the ids of those that stand where it stands, the oldest first. */
export type Turn = { message: ChatMessage; siblings: readonly string[] }

/** The messages from the first one down to `leafId`; without one, or where it is not there, to the newest end. */
export function branchOf(messages: readonly ChatMessage[], leafId: string | null): Turn[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const children = childrenOf(messages)
  const turns: Turn[] = []
  let message = byId.get(leafId ?? '') ?? newestEndBelow(children, null)
  while (message) {
    const siblings = (children.get(message.parentId) ?? []).map(({ id }) => id)
    turns.unshift({ message, siblings })
    message = message.parentId === null ? undefined : byId.get(message.parentId)
  }
  return turns
}

type Children = ReadonlyMap<string | null, readonly ChatMessage[]>

/** What follows each message, the oldest first; null are the beginnings. */
function childrenOf(messages: readonly ChatMessage[]): Children {
  const ordered = messages.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  return Map.groupBy(ordered, ({ parentId }) => parentId)
}

function newestEndBelow(children: Children, id: string | null): ChatMessage | undefined {
  let end: ChatMessage | undefined
  for (let next = children.get(id)?.at(-1); next; next = children.get(next.id)?.at(-1)) end = next
  return end
}
