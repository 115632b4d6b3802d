import { createParser } from 'eventsource-parser'

/** One event of a stream: its data as sent, and parsed unless it is the end mark. */
export type SseEvent = { data: string; json: Record<string, unknown> | null }

/** The events of a whole stream's text. */
export function eventsOf(text: string): SseEvent[] {
  const events: SseEvent[] = []
  const parser = createParser({
    onEvent: ({ data }) => events.push({ data, json: data === '[DONE]' ? null : JSON.parse(data) }),
  })
  parser.feed(text)
  return events
}

/** The least request a completion needs, with anything laid over it. */
export const chatRequest = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'test-model',
  messages: [{ role: 'user', content: 'Say hello to the world' }],
  ...overrides,
})

/** The same, as a stream. */
export const chatStream = (overrides: Record<string, unknown> = {}): Record<string, unknown> =>
  chatRequest({ stream: true, ...overrides })
