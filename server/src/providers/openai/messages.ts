import { createHash } from 'node:crypto'
import { AppError } from '../../errors.ts'
import type {
  AssistantBlock,
  DocumentBlock,
  ImageBlock,
  NeutralMessage,
  NeutralRequest,
  TextBlock,
  ToolResultBlock,
  UserBlock,
} from '../../neutral/index.ts'
import { sentName } from './tool-names.ts'

type Json = Record<string, unknown>

/**
 * A conversation as chat completions has it: what tools returned as messages of their own, thoughts left out.
 * @throws AppError invalid_request for a document that is neither PDF nor text
 */
export function encodeMessages({ system, messages }: NeutralRequest): Json[] {
  return [...systemMessages(system), ...messages.flatMap(encodeMessage)]
}

function encodeMessage(message: NeutralMessage, index: number): Json[] {
  if (message.role === 'system') return systemMessages(message.content)
  if (message.role === 'assistant') return assistantMessages(message.content)
  return userMessages(message.content, `messages[${index}]`)
}

const systemMessages = (blocks: readonly TextBlock[]): Json[] =>
  blocks.length === 0 ? [] : [{ role: 'system', content: blocks.map(({ text }) => text).join('\n\n') }]

function assistantMessages(blocks: readonly AssistantBlock[]): Json[] {
  const texts = blocks.flatMap((block) =>
    block.type === 'text' || block.type === 'refusal' ? [block.text] : [],
  )
  const parts = texts.filter((text) => text !== '').map(textPart)
  const calls = blocks.filter((block) => block.type === 'tool-call')
  // Thoughts are for the model that had them: a turn of nothing else is none.
  if (texts.length === 0 && calls.length === 0 && blocks.length > 0) return []
  if (calls.length === 0) return [{ role: 'assistant', content: contentOf(parts) }]
  const toolCalls = calls.map(({ id, name, input }) => ({
    id: callId(id),
    type: 'function',
    function: { name: sentName(name), arguments: input },
  }))
  return [{ role: 'assistant', content: parts.length === 0 ? null : contentOf(parts), tool_calls: toolCalls }]
}

/** What tools returned first, a message each; then one with all else, which a tool's message cannot hold. */
function userMessages(blocks: readonly UserBlock[], at: string): Json[] {
  const results = blocks.filter((block) => block.type === 'tool-result')
  const rest = blocks.filter((block) => block.type !== 'tool-result')
  const parts = [
    ...results.flatMap((result) => attachedParts(result, at)),
    ...rest.map((block) => partOf(block, at)),
  ]
  const toolMessages = results.map(({ callId: id, content, isError }) => ({
    role: 'tool',
    tool_call_id: callId(id),
    content: `${isError ? 'Error: ' : ''}${content.flatMap(textsOf).join('\n')}`,
  }))
  if (parts.length === 0 && results.length > 0) return toolMessages
  return [...toolMessages, { role: 'user', content: contentOf(parts) }]
}

function attachedParts({ callId: id, content }: ToolResultBlock, at: string): Json[] {
  const attached = content.filter((block) => textsOf(block).length === 0)
  if (attached.length === 0) return []
  return [
    textPart(`Attached to the result of the tool call ${callId(id)}:`),
    ...attached.map((block) => partOf(block, at)),
  ]
}

type ContentBlock = TextBlock | ImageBlock | DocumentBlock

function textsOf(block: ContentBlock): string[] {
  if (block.type === 'text') return [block.text]
  return block.type === 'document' && block.mediaType === 'text/plain' ? [documentText(block)] : []
}

const documentText = ({ title, data }: DocumentBlock): string => (title ? `${title}\n\n${data}` : data)

function partOf(block: ContentBlock, at: string): Json {
  if (block.type === 'text') return textPart(block.text)
  if (block.type === 'image')
    return { type: 'image_url', image_url: { url: dataUrl(block.mediaType, block.base64) } }
  if (block.mediaType === 'text/plain') return textPart(documentText(block))
  if (block.mediaType !== 'application/pdf') {
    throw new AppError('invalid_request', {
      message: `${at}: This model takes documents as PDF or text only. Send it as one of these.`,
      param: at,
    })
  }
  const file = { filename: block.title ?? 'document.pdf', file_data: dataUrl(block.mediaType, block.data) }
  return { type: 'file', file }
}

const dataUrl = (mediaType: string, base64: string): string => `data:${mediaType};base64,${base64}`

const textPart = (text: string): Json => ({ type: 'text', text })

/** One text alone is written as a string: not every server takes parts. */
function contentOf(parts: readonly Json[]): unknown {
  const [first, ...others] = parts
  if (!first) return ''
  return others.length === 0 && first.type === 'text' ? first.text : parts
}

const idCharactersMax = 40

/** OpenAI refuses longer ids. Where both a call and its result get the same one, which it is says nothing. */
const callId = (id: string): string =>
  id.length <= idCharactersMax ? id : `call_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
