import { completionEndpoints } from '@portal/contract'

/** A command that sends a first message; to paste in a shell as it is. */
export function curlCommand({ origin, key, model }: { origin: string; key: string; model: string }): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })
  return `curl ${origin}${completionEndpoints.create.path} \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d ${quoted(body)}`
}

/** As POSIX shells take a word literally. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
