import { parentPort } from 'node:worker_threads'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'

// Text that spells a special token is still just text.
const plain = { disallowedSpecial: new Set<string>() }

parentPort?.on('message', ({ id, texts }: { id: number; texts: string[] }) => {
  const tokens = texts.reduce((sum, text) => sum + countTokens(text, plain), 0)
  parentPort?.postMessage({ id, tokens })
})
