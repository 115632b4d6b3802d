import { ChatCompletionBody, CreateKeyBody, keyEndpoints } from '@portal/contract'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AppError } from '../errors.ts'
import { invalidRequest } from './index.ts'

function refusal(schema: z.ZodType, value: unknown): AppError {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) throw new Error('This is valid.')
  return invalidRequest(parsed.error)
}

const message = { role: 'user', content: 'Hi' }
const chat = (fields: object) => ({ model: 'm', messages: [message], ...fields })
const key = (fields: object) => ({ name: 'Key', ...fields })
const listQuery = keyEndpoints.list.query ?? z.never()

const table: [z.ZodType, unknown, string | null, string][] = [
  [ChatCompletionBody, chat({ temperature: 3 }), 'temperature', 'temperature must be at most 2; you sent 3.'],
  [
    ChatCompletionBody,
    chat({ temperature: -1 }),
    'temperature',
    'temperature must be at least 0; you sent -1.',
  ],
  [
    ChatCompletionBody,
    chat({ temperature: 'hot' }),
    'temperature',
    'temperature must be a number; you sent "hot".',
  ],
  [ChatCompletionBody, chat({ n: 1.5 }), 'n', 'n must be a whole number; you sent 1.5.'],
  [ChatCompletionBody, chat({ stream: 1 }), 'stream', 'stream must be true or false; you sent 1.'],
  [ChatCompletionBody, chat({ model: undefined }), 'model', 'model is required: it must be a string.'],
  [ChatCompletionBody, chat({ messages: [] }), 'messages', 'messages must have at least 1 item; you sent 0.'],
  [ChatCompletionBody, chat({ messages: 'Hi' }), 'messages', 'messages must be an array; you sent "Hi".'],
  [
    ChatCompletionBody,
    chat({ messages: [{ role: 'robot' }] }),
    'messages[0].role',
    'messages[0].role must be one of "system", "developer", "user", "assistant", "tool", "function"; you sent "robot".',
  ],
  [
    ChatCompletionBody,
    chat({ messages: [{ role: 'user', content: 5 }] }),
    'messages[0].content',
    'messages[0].content must be a string or an array; you sent 5.',
  ],
  [
    ChatCompletionBody,
    chat({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }),
    'messages[0].content[0].type',
    'messages[0].content[0].type is required: it must be a string.',
  ],
  [ChatCompletionBody, chat({ stop: ['a', 1] }), 'stop[1]', 'stop[1] must be a string; you sent 1.'],
  [
    ChatCompletionBody,
    chat({ tool_choice: {} }),
    'tool_choice.type',
    'tool_choice.type is required: it must be a string.',
  ],
  [ChatCompletionBody, [], null, 'Send a JSON object as the request body.'],
  [CreateKeyBody, 'x', null, 'Send a JSON object as the request body.'],
  [CreateKeyBody, key({ name: '' }), 'name', 'name must be at least 1 character long; you sent 0.'],
  [
    CreateKeyBody,
    key({ name: 'x'.repeat(101) }),
    'name',
    'name must be at most 100 characters long; you sent 101.',
  ],
  [
    CreateKeyBody,
    key({ ipWhitelist: ['x'] }),
    'ipWhitelist[0]',
    'ipWhitelist[0]: Expected an IP address or a CIDR range.',
  ],
  [CreateKeyBody, key({ foo: 1 }), 'foo', 'Unknown field "foo". Remove it.'],
  [
    CreateKeyBody,
    key({ foo: 1, bar: 2 }),
    'foo',
    'Unknown field "foo". Remove it. Unknown field "bar". Remove it.',
  ],
  [
    z.strictObject({ graceSeconds: z.literal([0, 60]) }),
    { graceSeconds: 5 },
    'graceSeconds',
    'graceSeconds must be one of 0, 60; you sent 5.',
  ],
  [
    z.object({ at: z.iso.datetime() }),
    { at: 'now' },
    'at',
    'at is not in the form asked for (datetime); you sent "now".',
  ],
  [z.object({ n: z.number().gt(1) }), { n: 1 }, 'n', 'n must be more than 1; you sent 1.'],
  [listQuery, { limit: '1000' }, 'limit', 'limit must be at most 100; you sent 1000.'],
  [listQuery, { limit: 'all' }, 'limit', 'limit must be a number.'],
  [listQuery, { page: '2' }, 'page', 'Unknown field "page". Remove it.'],
]

test.each(table)('%# of %j is told in a sentence', (...[schema, value, param, sentence]) => {
  expect(refusal(schema, value)).toMatchObject({ message: sentence, param, status: 400 })
})

test('every field at fault is told, in the message and as data', () => {
  const { message, meta } = refusal(CreateKeyBody, { name: 5, rpmLimit: 0, foo: 1 })
  expect(meta.issues).toEqual([
    { field: 'name', message: 'name must be a string; you sent 5.' },
    { field: 'rpmLimit', message: 'rpmLimit must be at least 1; you sent 0.' },
    { field: 'foo', message: 'Unknown field "foo". Remove it.' },
  ])
  expect(message).toBe(
    'name must be a string; you sent 5. rpmLimit must be at least 1; you sent 0. Unknown field "foo". Remove it.',
  )
})

test('an error stays small, whatever was sent', () => {
  const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`${i}${'x'.repeat(500)}`, i]))
  const { message, meta } = refusal(CreateKeyBody, key(fields))
  expect(meta.issues).toHaveLength(20)
  expect(message.length).toBeLessThan(3000)
  expect(message).toMatch(/9980 more are wrong\.$/)
})

test('[GW-P5] a key that was sent in the wrong place is not repeated', () => {
  const secret = 'sk-live-CANARY'
  const sent = { role: secret, [secret]: 1 }
  const error = refusal(z.strictObject({ role: z.enum(['user']) }), sent)
  expect(JSON.stringify([error.message, error.param, error.meta])).not.toContain('CANARY')
})

test('without the input there is a sentence all the same', () => {
  const parsed = ChatCompletionBody.safeParse(chat({ temperature: 3 }))
  expect(parsed.error && invalidRequest(parsed.error).message).toBe('temperature must be at most 2.')
})
