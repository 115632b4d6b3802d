// Anthropic's client as its tests use it.
import { checkAnthropicStream } from '../dialects/test-grammar.ts'
import { listeningFetch, type Served } from './test-setup.ts'

/** Where the client sends its calls of itself. */
export const own = { way: 'on its own paths', toPath: (path: string) => path }
/** Every completion at the other dialect’s path; all else is as the client sends it. */
export const redirected = {
  way: 'sent to /api/chat/completions',
  toPath: (path: string) => (path === '/api/v1/messages' ? '/api/chat/completions' : path),
}

/** The client, and what it is sent while it streams. */
export function connect({ portal, secret }: Pick<Served, 'portal' | 'secret'>, toPath = own.toPath) {
  const { fetch, streams } = listeningFetch(checkAnthropicStream, toPath)
  return { client: portal().anthropic(secret(), { fetch }), streams }
}
