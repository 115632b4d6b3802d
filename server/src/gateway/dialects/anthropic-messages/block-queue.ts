// A model may make several calls at once, their pieces mixed; Anthropic's clients read one block after another.
// One block is open; those that begin meanwhile wait, and gather, until it is complete or the answer ends.
import { isAnotherCall } from '../gathered.ts'
import { createJsonEnd } from '../json-end.ts'
import { blockDelta, blockStart, blockStop, textDelta } from './events.ts'

type Kind = 'text' | 'thinking' | 'call' | 'sealed'

type Block = {
  kind: Kind
  /** The block as it begins; null while its name is not known. */
  start: object | null
  /** What of it is not out yet. */
  text: string
  signature: string | null
  /** Whether it is complete once another follows. */
  isComplete(): boolean
  /** Whether nothing can be added to it. */
  isOver: boolean
}

type CallPiece = { key: number; id: string | null; name: string | null; input: string }
type Call = {
  block: Block
  place: number
  id: string | null
  name: string | null
  push(text: string): void
  isComplete(): boolean
}

/** The blocks of one answer, in the order they begin. What is returned goes out now. */
type BlockQueue = {
  prose(kind: 'text' | 'thinking', text: string): string
  /** Ends the thoughts before it, or stands alone. */
  signature(signature: string): string
  /** A block that comes whole. */
  whole(block: object): string
  call(piece: CallPiece): string
  /** Everything that waits, and the end of the last block. A call that never got a name is left out. */
  end(): string
  /** Whether a call has gone out. */
  readonly hasCalls: boolean
}

/** @param callStart a call as it begins, under an id of its own and its place among the calls */
export function createBlockQueue(
  callStart: (call: { id: string | null; name: string; place: number }) => object,
): BlockQueue {
  /** The last call under each key. */
  const calls = new Map<number, Call>()
  let made = 0
  let hasCalls = false
  const outlet = createOutlet()

  /** The last block where it takes more of this kind, else a new one. */
  const proseOf = (kind: 'text' | 'thinking'): Block => {
    const last = outlet.last()
    return last?.kind === kind && !last.isOver ? last : outlet.add(blockOf(kind, emptyProse[kind]))
  }
  const newCall = (key: number): Call => {
    const end = createJsonEnd()
    const isComplete = () => end.isComplete
    const block = outlet.add({ ...blockOf('call', null), isComplete })
    const call = { block, place: made++, id: null, name: null, push: end.push, isComplete }
    calls.set(key, call)
    return call
  }
  const callOf = (piece: CallPiece): Call => {
    const known = calls.get(piece.key)
    if (!known) return newCall(piece.key)
    if (!isAnotherCall(known, piece)) return known
    known.block.isOver = true
    return newCall(piece.key)
  }
  return {
    prose(kind, text) {
      if (text === '') return ''
      proseOf(kind).text += text
      return outlet.flow(false)
    },
    signature(signature) {
      Object.assign(proseOf('thinking'), { signature, isOver: true })
      return outlet.flow(false)
    },
    whole(block) {
      outlet.add({ ...blockOf('sealed', block), isOver: true })
      return outlet.flow(false)
    },
    call(piece) {
      const { id, name, input } = piece
      const call = callOf(piece)
      const { block, place } = call
      call.id ??= id
      call.name ??= name
      if (name) block.start ??= callStart({ id: call.id, name, place })
      hasCalls ||= block.start !== null
      block.text += input
      call.push(input)
      return outlet.flow(false)
    },
    end: () => outlet.flow(true),
    get hasCalls() {
      return hasCalls
    },
  }
}

const blockOf = (kind: Kind, start: object | null): Block => ({
  kind,
  start,
  text: '',
  signature: null,
  isComplete: () => true,
  isOver: false,
})

const emptyProse = {
  text: { type: 'text', text: '' },
  thinking: { type: 'thinking', thinking: '', signature: '' },
}

/** Lets blocks out one after another. */
function createOutlet() {
  const queue: Block[] = []
  let isOpen = false
  let index = 0

  /** What there is of the first block, if it may be let out at all. */
  const pour = (first: Block): string => {
    if (first.start === null) return ''
    const begin = isOpen ? '' : blockStart(index, first.start)
    isOpen = true
    const text = first.text === '' ? '' : deltaOf(index, first)
    const { signature } = first
    Object.assign(first, { text: '', signature: null })
    return (
      begin + text + (signature === null ? '' : blockDelta(index, { type: 'signature_delta', signature }))
    )
  }
  const close = (): string => {
    queue.shift()
    if (!isOpen) return ''
    isOpen = false
    return blockStop(index++)
  }
  return {
    last: () => queue.at(-1),
    add(block: Block): Block {
      queue.push(block)
      return block
    },
    flow(isEnd: boolean): string {
      let out = ''
      for (let first = queue[0]; first; first = queue[0]) {
        out += pour(first)
        const mayClose = first.isOver || (queue.length > 1 && first.isComplete())
        if (!isEnd && !(isOpen && mayClose)) break
        out += close()
      }
      return out
    },
  }
}

function deltaOf(index: number, { kind, text }: Block): string {
  if (kind === 'text') return textDelta(index, text)
  return kind === 'thinking'
    ? blockDelta(index, { type: 'thinking_delta', thinking: text })
    : blockDelta(index, { type: 'input_json_delta', partial_json: text })
}
