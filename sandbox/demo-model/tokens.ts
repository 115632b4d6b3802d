// Token counts with the o200k_base vocabulary. Loading it takes about 0.2 s, so the first request does it.
import { setImmediate } from 'node:timers/promises'

type Encoding = typeof import('gpt-tokenizer/encoding/o200k_base')

let loading: Promise<Encoding> | undefined

function loadEncoding(): Promise<Encoding> {
  loading ??= import('gpt-tokenizer/encoding/o200k_base')
  return loading
}

/** Words such as <|endoftext|> in a conversation are text, never control tokens. */
const AS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }

/** Merging one unbroken run takes time quadratic in its length (200,000 letters: half a minute). */
const LONG_RUN = /\S{256}|\s{256}/gu
const BLOCK = /.{1,16384}/gsu

function* shortRuns(block: string): Generator<string> {
  let start = 0
  for (const run of block.matchAll(LONG_RUN)) {
    const end = run.index + run[0].length
    yield block.slice(start, end)
    start = end
  }
  if (start < block.length) yield block.slice(start)
}

/** The tokens of a text; runs of more than 256 characters without a break are counted in slices. */
export async function encodeText(text: string): Promise<number[]> {
  const { encode } = await loadEncoding()
  const tokens: number[] = []
  for (const [index, [block]] of [...text.matchAll(BLOCK)].entries()) {
    if (index > 0) await setImmediate() // other requests go on while a long text is counted
    for (const run of shortRuns(block)) for (const token of encode(run, AS_TEXT)) tokens.push(token)
  }
  return tokens
}

/** How many tokens the texts have together. */
export async function countTokens(texts: readonly string[]): Promise<number> {
  let total = 0
  for (const text of texts) total += (await encodeText(text)).length
  return total
}

/** The longest start of `text` that its first `tokensMax` tokens spell; half a character is left out. */
export async function firstTokens(text: string, tokensMax: number): Promise<string> {
  const { decode } = await loadEncoding()
  let start = decode((await encodeText(text)).slice(0, tokensMax))
  while (!text.startsWith(start)) start = start.slice(0, -1)
  return start
}
