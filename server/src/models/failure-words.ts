import type { UpstreamFailure } from '../providers/index.ts'

/** What went wrong with a call to a server, in words for whoever set it up: what it means, and what the server said. */
export function failureWords(why: UpstreamFailure, { baseUrl }: { baseUrl: string }): string {
  const said = why.message ? ` It says: “${shortened(why.message)}”` : ''
  return `${meaningOf(why, baseUrl)}${said}`
}

const shortened = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text)

function meaningOf({ kind, status, cause }: UpstreamFailure, baseUrl: string): string {
  const { host } = new URL(baseUrl)
  if (status !== null) return meaningOfStatus(status)
  if (kind === 'timeout' || isTimeout(cause)) return `${host} took too long to answer.`
  if (kind === 'unreachable') return `${host} cannot be reached: ${reasonOf(cause)}`
  return 'What it answered is not what its kind of API answers. Check the base URL and the kind.'
}

function meaningOfStatus(status: number): string {
  if (status === 401 || status === 403) return `The server refused the API key (status ${status}).`
  if (status === 402) return 'The account there has no credit left (status 402).'
  if (status === 404)
    return 'The server knows no such path or model (status 404). Check the base URL and the model’s name.'
  if (status === 429)
    return 'The server takes no more requests for now, or the account’s quota is used up (status 429).'
  if (status >= 300 && status < 400)
    return `The server leads elsewhere (status ${status}), where the portal does not follow. Enter the address it leads to.`
  return status >= 500
    ? `The server failed (status ${status}).`
    : `The server refused the request (status ${status}).`
}

const isTimeout = (cause: unknown): boolean =>
  cause instanceof Error && (cause.name === 'TimeoutError' || /TIMEOUT/.test(codeOf(cause)))

const codeOf = (cause: unknown): string => String((cause as { code?: unknown } | undefined)?.code ?? '')

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there. Is the server running, and is the port right?',
  ENOTFOUND: 'no machine has that name.',
  EAI_AGAIN: 'its name could not be looked up.',
  EHOSTUNREACH: 'there is no way to it from here.',
  ENETUNREACH: 'there is no way to it from here.',
  ECONNRESET: 'it closed the connection.',
  UND_ERR_SOCKET: 'it closed the connection.',
}

function reasonOf(cause: unknown): string {
  const code = codeOf(cause)
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code))
    return `its certificate is not trusted (${code}).`
  if (/SSL|EPROTO/.test(code)) return 'it does not speak TLS there. Is it http instead of https?'
  return reasons[code] ?? `the connection failed${code ? ` (${code})` : ''}.`
}
