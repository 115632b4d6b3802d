import { parentPort } from 'node:worker_threads'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'

// Text that spells a special token is still just text.
const plain = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }

// The encoder takes quadratic time on text without spaces. A cut costs at most one token too many.
const pieceCharacters = 1024

parentPort?.on('message', ({ id, texts }: { id: number; texts: string[] }) => {
  parentPort?.postMessage({ id, tokens: texts.reduce((sum, text) => sum + count(text), 0) })
})

function count(text: string): number {
  let tokens = 0
  for (let at = 0; at < text.length; at += pieceCharacters) {
    tokens += countTokens(text.slice(at, at + pieceCharacters), plain)
  }
  return tokens
}
