// A client that remembers of every request how it ended, as the client saw it.
import { Agent, request } from 'undici'
import { model } from './house.ts'

/** How one request went. */
export type Outcome = {
  kind: 'stream' | 'whole'
  /** Null where no answer came. */
  status: number | null
  requestId: string | null
  /** `performance.now()` of the request, and of the first content of its answer. */
  startedAt: number
  contentAt: number | null
  /** The client has all of a good answer. */
  isWhole: boolean
  /** Where the answer said so. */
  tokens: { input: number; output: number } | null
  headers: Record<string, string | string[] | undefined>
  body: string
}

export type Ask = {
  kind: Outcome['kind']
  words: number
  usage?: boolean
  /** Gets the outcome as it comes about. */
  onStart?: (outcome: Outcome) => void
}

const agent = new Agent({ connections: 256, keepAliveTimeout: 4_000, headersTimeout: 0, bodyTimeout: 0 })

/** Asks for an echo of so many words; never rejects. */
export async function ask(url: string, key: string, options: Ask): Promise<Outcome> {
  const outcome: Outcome = {
    kind: options.kind,
    status: null,
    requestId: null,
    startedAt: performance.now(),
    contentAt: null,
    isWhole: false,
    tokens: null,
    headers: {},
    body: '',
  }
  options.onStart?.(outcome)
  try {
    await receive(outcome, { url, key, options })
  } catch (error) {
    if (outcome.status === null) outcome.body = String(error)
  }
  return outcome
}

async function receive(
  outcome: Outcome,
  { url, key, options }: { url: string; key: string; options: Ask },
): Promise<void> {
  const { statusCode, headers, body } = await request(`${url}/api/chat/completions`, {
    method: 'POST',
    dispatcher: agent,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(options)),
  })
  outcome.status = statusCode
  outcome.headers = headers
  outcome.requestId = String(headers['x-request-id'])
  for await (const chunk of body.setEncoding('utf8')) {
    outcome.body += chunk
    if (outcome.contentAt === null && outcome.body.includes('said')) outcome.contentAt = performance.now()
  }
  Object.assign(outcome, verdictOf(outcome))
}

const bodyOf = ({ kind, words, usage }: Ask) => ({
  model,
  messages: [{ role: 'user', content: Array(words).fill('word').join(' ') }],
  ...(kind === 'stream' && { stream: true, stream_options: { include_usage: usage === true } }),
})

type Usage = { prompt_tokens: number; completion_tokens: number }

function verdictOf({ status, kind, body }: Outcome): Pick<Outcome, 'isWhole' | 'tokens'> {
  if (status !== 200) return { isWhole: false, tokens: null }
  if (kind === 'whole') {
    const { choices, usage } = JSON.parse(body)
    return { isWhole: choices[0].finish_reason === 'stop', tokens: tokensOf(usage) }
  }
  const isWhole = body.endsWith('data: [DONE]\n\n') && /"finish_reason":"stop"/.test(body)
  const [, usage] = /"usage":(\{.*\})\}\n/.exec(body) ?? []
  return { isWhole, tokens: usage ? tokensOf(JSON.parse(usage)) : null }
}

const tokensOf = ({ prompt_tokens: input, completion_tokens: output }: Usage) => ({ input, output })

/** The error of a refused request, in OpenAI's shape; throws where it is in no such shape. */
export function errorOf(outcome: Outcome): { message: string; type: string; code: string } {
  const text = outcome.status === 200 ? (outcome.body.split('data: ').at(-1) ?? '') : outcome.body
  const { error } = JSON.parse(text)
  for (const name of ['message', 'type', 'code']) {
    if (typeof error[name] !== 'string') throw new Error(`not an error in OpenAI's shape: ${text}`)
  }
  return error
}

/** Calls an endpoint of the portal's own API. */
export async function call(
  url: string,
  path: string,
  { key, json }: { key?: string; json?: object } = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const { statusCode, body } = await request(url + path, {
    method: json ? 'POST' : 'GET',
    dispatcher: agent,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(json && { 'content-type': 'application/json' }),
    },
    ...(json && { body: JSON.stringify(json) }),
  })
  return { status: statusCode, json: (await body.json()) as Record<string, unknown> }
}

/** Makes a key with limits by another that may. */
export async function createKey(url: string, key: string, limits: object): Promise<string> {
  const made = await call(url, '/api/keys', { key, json: { name: 'limited', ...limits } })
  if (made.status !== 201) throw new Error(JSON.stringify(made))
  return String(made.json.key)
}
