import { isRecord } from '../lossless.ts'

type Fields = Record<string, unknown>
export type BlockAt = { block: Fields; param: string }

/** Everything of a body that holds blocks: what stands before the messages, and each of them. */
export function contentsOf({ system, messages }: Fields): BlockAt[] {
  const said = (messages as Fields[]).map((block, i) => ({ block, param: `messages[${i}]` }))
  return [{ block: { content: system }, param: '' }, ...said]
}

/** The blocks of a content, and those inside them: in results of tools, and in documents. */
export function* nestedBlocks({ block, param }: BlockAt): Iterable<BlockAt> {
  for (const one of blocksOf(block, param)) {
    yield one
    yield* nestedBlocks(one)
    const { source } = one.block
    if (isRecord(source)) yield* nestedBlocks({ block: source, param: `${one.param}.source` })
  }
}

/** The blocks of a content; a text or a single block is one, nothing is none. */
export function blocksOf({ content }: Fields, param: string): BlockAt[] {
  if (typeof content === 'string') return [{ block: { type: 'text', text: content }, param }]
  if (isRecord(content)) return [{ block: content, param: `${param}.content` }]
  const name = param === '' ? 'system' : `${param}.content`
  return (Array.isArray(content) ? content : [])
    .map((block, i) => ({ block, param: `${name}[${i}]` }))
    .filter((one): one is BlockAt => isRecord(one.block))
}
