// Both dialects and both kinds of upstreams together: what is common to the dialects survives the way there and back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NeutralRequest } from '../../neutral/index.ts'
import { createAnthropicProvider, createOpenAiProvider, type Provider } from '../../providers/index.ts'
import { cutAt } from '../../providers/test-cuts.ts'
import type { ChatRequest } from '../chat-request.ts'
import { anthropicMessages, openAiChat } from './index.ts'
import { anyAnswer, inputsSaid, textSaid } from './test-answers.ts'
import { aContext, encoded, someUsage } from './test-frames.ts'
import { checkAnthropicStream, checkOpenAiStream } from './test-grammar.ts'
import { neutral, parsed } from './test-requests.ts'

type Json = Record<string, unknown>

const nowhere = {
  server: null,
  send: () => {
    throw new Error('Nothing is sent here.')
  },
  close: async () => {},
}
const anthropic = createAnthropicProvider({ name: 'a', apiKey: null, transport: nowhere })
const openAi = createOpenAiProvider({ name: 'o', apiKey: null, transport: nowhere })

/** The body that an upstream gets of a client's request. */
const prepared = (provider: Provider, request: ChatRequest): string =>
  provider.prepare({
    request: request.source,
    model: 'claude-sonnet-4-5',
    stream: false,
    temperature: null,
    outputTokensCap: null,
    outputTokensMax: null,
    isReasoning: false,
  }).body

const words = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== '')
const toolName = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)
const input = fc.dictionary(fc.string(), fc.jsonValue()).map((fields) => JSON.stringify(fields))
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 3 })
const schema = fc
  .dictionary(
    fc.string(),
    fc.constantFrom({ type: 'string' }, { $ref: '#/$defs/a' }, { enum: [1, 'x', null] }),
  )
  .map((properties) => ({ type: 'object', properties, additionalProperties: false, $defs: { a: {} } }))

/** One exchange: what the user says, what is called, what that gives, what the assistant says. */
const exchange = fc.record({
  asked: words,
  image: fc.option(fc.base64String({ minLength: 4 })),
  said: fc.option(words),
  calls: fc.option(fc.tuple(ids, toolName, input, words)),
  answered: words,
})
type Exchange = typeof exchange extends fc.Arbitrary<infer T> ? T : never

/** Whether no call has the id of another: ids that come again are sent to Anthropic under others. */
const haveOwnIds = (exchanges: readonly Exchange[]): boolean => {
  const all = exchanges.flatMap(({ calls }) => calls?.[0] ?? [])
  return new Set(all).size === all.length
}

const conversation = fc.record({
  system: fc.option(words),
  exchanges: fc.array(exchange, { minLength: 1, maxLength: 3 }).filter(haveOwnIds),
  last: words,
  tools: fc.uniqueArray(fc.tuple(toolName, schema), {
    minLength: 1,
    maxLength: 3,
    selector: ([name]) => name,
  }),
  choice: fc.constantFrom('auto', 'required', 'none', null),
  temperature: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  maxTokens: fc.integer({ min: 1, max: 100_000 }),
  stop: fc.uniqueArray(words, { maxLength: 4 }),
})
type Conversation = typeof conversation extends fc.Arbitrary<infer T> ? T : never

function openAiBody({ exchanges, ...rest }: Conversation): Json {
  return {
    model: 'm',
    messages: [
      ...(rest.system === null ? [] : [{ role: 'system', content: rest.system }]),
      ...exchanges.flatMap(openAiMessages),
      { role: 'user', content: rest.last },
    ],
    tools: rest.tools.map(([name, parameters]) => ({ type: 'function', function: { name, parameters } })),
    tool_choice: rest.choice,
    temperature: rest.temperature,
    max_tokens: rest.maxTokens,
    stop: rest.stop,
  }
}

function openAiMessages({ asked, image, said, calls, answered }: Exchange): Json[] {
  const url = `data:image/png;base64,${image}`
  const shown = image === null ? [] : [{ type: 'image_url', image_url: { url } }]
  const [called, name, args, returned] = calls ?? [[], '', '', '']
  const toolCalls = called.map((id) => ({ id, type: 'function', function: { name, arguments: args } }))
  return [
    { role: 'user', content: [{ type: 'text', text: asked }, ...shown] },
    ...(calls ? [{ role: 'assistant', content: said, tool_calls: toolCalls }] : []),
    ...called.map((id) => ({ role: 'tool', tool_call_id: id, content: returned })),
    { role: 'assistant', content: answered },
  ]
}

/** The same where it is the same: how arguments are spelled is nobody's business. */
const comparable = ({ ownFields: _, ...request }: NeutralRequest) =>
  JSON.parse(JSON.stringify(request, (key, value) => (key === 'input' ? JSON.parse(value) : value)))

test('[A-13] [A-15] an OpenAI request says the same after it was put into Anthropic’s words', () => {
  fc.assert(
    fc.property(conversation, (given) => {
      const request = parsed(openAiChat, openAiBody(given))
      const there = neutral(anthropicMessages, prepared(anthropic, request))
      expect(comparable(there)).toEqual(comparable(request.source.neutral()))
      expect(there.ownFields).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('[B-01] [B-06] [B-09] and so does an Anthropic request in OpenAI’s words', () => {
  fc.assert(
    fc.property(conversation, (given) => {
      // Made by the test above's own way, which is proved there.
      const body = prepared(anthropic, parsed(openAiChat, openAiBody(given)))
      const request = parsed(anthropicMessages, body)
      const back = neutral(openAiChat, prepared(openAi, request))
      expect(comparable(back)).toEqual(comparable(request.source.neutral()))
    }),
    { numRuns: 300 },
  )
})

/** A stream through an upstream's reader and on in the other dialect. */
function relayed(text: string, { from, cuts }: { from: Provider; cuts: readonly number[] }): string {
  const to = from === openAi ? anthropicMessages : openAiChat
  const reader = from.createStreamReader()
  const encoder = to.encodeStream(aContext(), from.eventsOfFrame)
  const bytes = Buffer.from(text)
  const pieces = cutAt(
    bytes,
    cuts.map((cut) => cut % bytes.length),
  )
  const frames = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
  expect(frames.filter(({ kind }) => kind === 'error')).toEqual([])
  const sent = frames.filter(({ kind }) => kind !== 'done').map(encoder.frame)
  return sent.join('') + encoder.closing({ cut: false, usage: someUsage })
}

const cutAnywhere = fc.record({ answer: anyAnswer, cuts: fc.array(fc.nat(), { maxLength: 6 }) })

test('[S-03] [S-16] an OpenAI upstream’s stream says the same to an Anthropic client, cut anywhere', () => {
  fc.assert(
    fc.property(cutAnywhere, ({ answer: { frames }, cuts }) => {
      const { blocks } = checkAnthropicStream(relayed(encoded(openAiChat, frames), { from: openAi, cuts }))
      const said = blocks.map(({ start, text }) => (start.type === 'text' ? text : '')).join('')
      expect(said).toBe(textSaid(frames, 'text'))
      expect(blocks.filter(({ start }) => start.type === 'tool_use')).toHaveLength(inputsSaid(frames).size)
    }),
    { numRuns: 300 },
  )
})

test('[S-04] [S-16] an Anthropic upstream’s stream says the same to an OpenAI client, cut anywhere', () => {
  fc.assert(
    fc.property(cutAnywhere, ({ answer: { frames }, cuts }) => {
      const { choices } = checkOpenAiStream(
        relayed(encoded(anthropicMessages, frames), { from: anthropic, cuts }),
      )
      const [choice] = choices
      expect(choice?.text).toBe(textSaid(frames, 'text'))
      expect(choice?.reasoning).toBe(textSaid(frames, 'reasoning'))
      const inputs = new Map(choice?.calls.map((one) => [one.name, one.arguments]))
      for (const [name, args] of inputsSaid(frames)) expect(inputs.get(name) || '{}').toBe(args || '{}')
    }),
    { numRuns: 300 },
  )
})
