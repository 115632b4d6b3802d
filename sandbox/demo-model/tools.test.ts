import { expect, test } from 'vitest'
import { chooseCalls } from './tools.ts'
import { parseRequest } from './wire.ts'

const weather = aTool('get_weather', 'Get the current weather for a given location', {
  location: { type: 'string' },
  unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
})
const add = aTool('add', 'Add two numbers', { a: { type: 'number' }, b: { type: 'number' } })
const flights = aTool('searchFlights', 'Find flights', {
  origin: { type: 'string' },
  destination: { type: 'string' },
})
const tools = [weather, add, flights]

function aTool(name: string, description: string, properties: Record<string, object>) {
  const required = Object.keys(properties).filter((key) => key !== 'unit')
  return {
    type: 'function',
    function: { name, description, parameters: { type: 'object', properties, required } },
  }
}

function callsFor(content: string, fields: object = {}) {
  const parsed = parseRequest({ model: 'm', messages: [{ role: 'user', content }], tools, ...fields })
  if ('error' in parsed) throw new Error(parsed.error.message)
  return chooseCalls(parsed.request, content)
}

const summary = (calls: ReturnType<typeof callsFor>) => calls.map((call) => `${call.name} ${call.arguments}`)

test('one call for each city, in one turn, with an id of its own', () => {
  const calls = callsFor("What's the weather in Athens and London?")
  expect(summary(calls)).toEqual(['get_weather {"location":"Athens"}', 'get_weather {"location":"London"}'])
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2)
  expect(calls[0]?.id).toMatch(/^call_[0-9a-f]{24}$/)
  expect(callsFor("What's the weather in Athens and London?")).toEqual(calls)
})

test('parallel_tool_calls: false leaves one call', () => {
  const calls = callsFor("What's the weather in Athens and London?", { parallel_tool_calls: false })
  expect(summary(calls)).toEqual(['get_weather {"location":"Athens"}'])
})

test('the words choose the tool and fill its arguments', () => {
  expect(summary(callsFor('Please add 2.5 and -3'))).toEqual(['add {"a":2.5,"b":-3}'])
  expect(summary(callsFor('search flights from Athens to New York'))).toEqual([
    'searchFlights {"origin":"Athens","destination":"New York"}',
  ])
})

test('a question for two tools calls both', () => {
  expect(summary(callsFor('Add 1 and 2, and tell the weather in Oslo'))).toEqual([
    'get_weather {"location":"Oslo"}',
    'add {"a":1,"b":2}',
  ])
})

test('auto and none call nothing when nothing is asked of a tool', () => {
  expect(callsFor('Hello, how are you?')).toEqual([])
  expect(callsFor('Weather in Athens', { tool_choice: 'none' })).toEqual([])
})

test('required calls the best tool, or the first; a named tool is called whatever the words', () => {
  expect(callsFor('Hello', { tool_choice: 'required' })).toMatchObject([{ name: 'get_weather' }])
  expect(callsFor('Add 1 and 2', { tool_choice: 'required' })).toMatchObject([{ name: 'add' }])
  const named = { type: 'function', function: { name: 'add' } }
  expect(callsFor('Weather in Athens', { tool_choice: named })).toMatchObject([{ name: 'add' }])
})

test('a tool without parameters is called with an empty object', () => {
  const ping = { type: 'function', function: { name: 'ping_server' } }
  expect(summary(callsFor('ping it', { tools: [ping] }))).toEqual(['ping_server {}'])
})

test('after a tool result, auto answers instead of calling again', () => {
  const messages = [
    { role: 'user', content: 'Weather in Athens' },
    {
      role: 'assistant',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'get_weather', arguments: '' } }],
    },
    { role: 'tool', tool_call_id: 'c', content: '18' },
  ]
  expect(callsFor('Weather in Athens', { messages })).toEqual([])
})
