// Requests and calls for the tests of every kind of provider.
import {
  bareRequest,
  type NeutralMessage,
  type NeutralRequest,
  type ToolCallBlock,
  type ToolResultBlock,
} from '../neutral/index.ts'
import type { ProviderCall, WireDialect } from './provider.ts'

/** A request that says hello and nothing else, but for what is given. */
export const aRequest = (given: Partial<NeutralRequest> = {}): NeutralRequest => ({
  ...bareRequest,
  messages: [said('Hello')],
  ...given,
})

/** A call with a request of the dialect, which reads as the neutral one given. */
export const aCall = (
  dialect: WireDialect,
  neutral: NeutralRequest,
  given: Partial<ProviderCall> & { body?: Record<string, unknown> } = {},
): ProviderCall => ({
  request: {
    dialect,
    body: given.body ?? {},
    outputTokensField: null,
    headers: {},
    neutral: () => neutral,
  },
  model: 'claude-opus-4-5',
  stream: false,
  temperature: null,
  outputTokensCap: null,
  outputTokensMax: null,
  isReasoning: false,
  ...given,
})

export const said = (text: string): NeutralMessage => ({ role: 'user', content: [{ type: 'text', text }] })

export const answered = (text: string): NeutralMessage => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
})

export const called = (id: string, input = '{}'): ToolCallBlock => ({
  type: 'tool-call',
  id,
  name: 'f',
  input,
})

export const returned = (callId: string, text = 'done'): ToolResultBlock => ({
  type: 'tool-result',
  callId,
  content: text === '' ? [] : [{ type: 'text', text }],
  isError: false,
})

export const aTool = {
  name: 'f',
  description: null,
  parameters: { type: 'object', properties: {} },
  strict: null,
}
