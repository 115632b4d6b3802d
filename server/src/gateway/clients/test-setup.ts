// What the tests of all clients share: two portals, two rounds of parallel tool calls, and an ear on every stream.
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { startTestCluster, type TestCluster } from '../../db/test-database.ts'
import { claudeModel, olderClaudeModel, type Portal, startPortal } from '../../test/index.ts'

/** A portal, a key of it and one of its models; each read when a test runs. */
export type Served = {
  kind: 'openai' | 'anthropic' | 'demo'
  name: string
  portal: () => Portal
  secret: () => string
  model: () => string
}

/** Starts a portal over a scripted upstream in both dialects and one with the demo model, for all tests of a file. */
export function usePortals() {
  let cluster: TestCluster
  let portal: Portal
  let demo: Portal
  let secret = ''
  let demoSecret = ''
  beforeAll(async () => {
    cluster = await startTestCluster()
    portal = await startPortal({ cluster, models: [{}, claudeModel, olderClaudeModel] })
    demo = await startPortal({ cluster, models: 'demo' })
    secret = (await portal.aKey()).secret
    demoSecret = (await demo.aKey()).secret
  })
  afterAll(async () => {
    await Promise.all([portal?.close(), demo?.close()])
    await cluster?.stop()
  })
  beforeEach(() => portal.upstream.reset())
  const scripted = { portal: () => portal, secret: () => secret }
  const overOpenAi: Served = {
    kind: 'openai',
    name: 'an OpenAI-compatible upstream',
    ...scripted,
    model: () => 'test-model',
  }
  const overAnthropic: Served = {
    kind: 'anthropic',
    name: 'an Anthropic upstream',
    ...scripted,
    model: () => 'claude-model',
  }
  const theDemo: Served = {
    kind: 'demo',
    name: 'the demo model',
    portal: () => demo,
    secret: () => demoSecret,
    model: () => demo.services.models.list()[0]?.id ?? '',
  }
  return { portal: () => portal, secret: () => secret, overOpenAi, overAnthropic, theDemo }
}

const rounds = [
  ['Rome', 'Oslo'],
  ['Bern', '東京'],
]
/** The cities asked for in two rounds of two parallel calls of `get_weather`, in their order. */
export const cities = rounds.flat()
/** The tool, as OpenAI's clients describe one. */
export const weatherFunction = {
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}
/** What follows the two rounds. */
export const verdict = 'All four are sunny.'
/** What the tool answers. */
export const weatherIn = (city: string) => `sunny in ${city}`

/** Ids as servers of the kind make them: OpenAI's world has some that Anthropic's would not take. */
const idOf = (kind: Served['kind'], city: string) =>
  `${kind === 'openai' ? 'functions.get_weather:' : 'toolu_'}${cities.indexOf(city)}`

/** Scripts the upstream: two rounds of two parallel calls, then the verdict. */
export function enqueueRounds({ kind, portal }: Served): void {
  const { upstream } = portal()
  const call = (city: string) => ({
    id: idOf(kind, city),
    name: 'get_weather',
    arguments: JSON.stringify({ city }),
  })
  for (const round of rounds) upstream.enqueue({ kind: 'answer', toolCalls: round.map(call) })
  upstream.enqueue({ kind: 'answer', text: verdict })
}

/** That the upstream was asked three times and got, in the end, every result under the id it had given to the call. */
export function expectRounds({ kind, portal }: Served): void {
  const { upstream } = portal()
  expect(upstream.requests.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(upstream.requests.map(resultsIn)).toEqual(
    [0, 2, 4].map((count) => cities.slice(0, count).map((city) => [idOf(kind, city), weatherIn(city)])),
  )
}

type RecordedRequest = Portal['upstream']['requests'][number]
type Block = { type: string; text?: string; tool_use_id?: string; content?: string | Block[] }
type Message = { role: string; tool_call_id?: string; content: string | Block[] | null }

/** The results of tools in a request to the upstream, as pairs of the call's id and the text. */
function resultsIn({ body }: RecordedRequest): [id: string | undefined, text: string][] {
  const { messages } = body as { messages: Message[] }
  return messages.flatMap((message): [string | undefined, string][] => {
    if (message.role === 'tool') return [[message.tool_call_id, textOf(message.content)]]
    const blocks = Array.isArray(message.content) ? message.content : []
    return blocks
      .filter(({ type }) => type === 'tool_result')
      .map((block) => [block.tool_use_id, textOf(block.content)])
  })
}

const textOf = (content: string | Block[] | null | undefined) =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text).join('')

/** One red pixel as a PNG, in base64. */
export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/**
 * The platform's fetch with an ear on it: `read` gets the raw text of every stream that came through, and throws where
 * it is none. `toPath` may send a call to another path.
 */
export function listeningFetch<T>(read: (text: string) => T, toPath = (path: string) => path) {
  const texts: Promise<string>[] = []
  const listening = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input))
    url.pathname = toPath(url.pathname)
    const response = await fetch(url, init)
    if (response.headers.get('content-type')?.startsWith('text/event-stream'))
      texts.push(textSoFar(response.clone()))
    return response
  }
  return {
    fetch: listening,
    /** What every stream so far said, in order. */
    streams: async () => (await Promise.all(texts)).map(read),
  }
}

/** The text of an answer, as far as it came where the client left. */
async function textSoFar({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const piece of body ?? []) text += decoder.decode(piece, { stream: true })
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) throw error
  }
  return text
}
