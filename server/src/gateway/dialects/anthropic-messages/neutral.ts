import type { NeutralRequest } from '../../../neutral/index.ts'
import { inTurns, type Piece } from '../conversation.ts'
import { fault } from '../faults.ts'
import { isRecord, numberOf } from '../lossless.ts'
import { withUpstreamIds } from './call-ids.ts'
import { assistantBlocks, textBlocks, userBlocks } from './neutral-blocks.ts'
import { outputFormatOf, reasoningOf, toolChoiceOf, toolsOf } from './neutral-tools.ts'
import { ownFieldsOf } from './own-fields.ts'

type Body = Record<string, unknown>

/**
 * An Anthropic body in no dialect's words.
 * @throws AppError invalid_request where it contradicts itself, or wants what only Anthropic's servers do
 */
export function neutralOf(body: Body, headers: Readonly<Record<string, string>>): NeutralRequest {
  refuseMcp(body)
  const messages = body.messages as Body[]
  const begins = messages.findIndex(({ role }) => role !== 'system')
  if (begins < 0) throw fault('messages', 'Add a message of the user: there are instructions only.')
  const before = messages.slice(0, begins).flatMap((message, i) => textBlocks(message, `messages[${i}]`))
  const pieces = messages.flatMap((message, i) => (i < begins ? [] : pieceOf(message, i)))
  return {
    system: [...textBlocks({ content: body.system }, ''), ...before],
    messages: inTurns(withUpstreamIds(pieces)),
    tools: toolsOf(body),
    ...toolChoiceOf(body),
    outputTokensMax: numberOf(body.max_tokens),
    temperature: numberOf(body.temperature),
    topP: numberOf(body.top_p),
    stop: ((body.stop_sequences as string[] | null | undefined) ?? []).filter((one) => one !== ''),
    reasoning: reasoningOf(body),
    outputFormat: outputFormatOf(body),
    endUser: isRecord(body.metadata) ? textOrNull(body.metadata.user_id) : null,
    ownFields: ownFieldsOf(body, headers),
  }
}

/** Without the tools behind them the caller would get another answer. */
function refuseMcp({ mcp_servers: servers }: Body): void {
  if (!Array.isArray(servers) || servers.length === 0) return
  throw fault(
    'mcp_servers',
    'Anthropic’s servers call them, and this model is elsewhere. Leave them out, or describe tools of your own.',
  )
}

const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

function pieceOf(message: Body, index: number): Piece[] {
  const param = `messages[${index}]`
  if (message.role === 'system') {
    const content = textBlocks(message, param)
    return content.length > 0 ? [{ role: 'system', index, content }] : []
  }
  const piece: Piece =
    message.role === 'user'
      ? { role: 'user', index, content: userBlocks(message, param) }
      : { role: 'assistant', index, content: assistantBlocks(message, param) }
  if (piece.content.length > 0) return [piece]
  throw fault(param, 'The message is empty. Write something in it, or leave it out.')
}
