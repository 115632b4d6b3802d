import { expect, test } from 'vitest'
import type { ToolResultBlock } from '../../neutral/index.ts'
import { inTurns, type Piece } from './conversation.ts'

const text = { type: 'text', text: 'x' } as const
/** Milliseconds of this process's own time: other work on the machine does not count. */
const elapsed = (act: () => unknown): number => {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

test('[A-01] the results of 40,000 calls find their place at once', () => {
  const count = 40_000
  const ids = Array.from({ length: count }, (_, i) => `id${i}`)
  const pieces: Piece[] = [
    {
      role: 'assistant',
      index: 0,
      content: ids.map((id) => ({ type: 'tool-call', id, name: 'f', input: '{}' })),
    },
    // Turns that a search from the end would have to pass each time.
    ...ids.flatMap((callId, i): Piece[] => [
      { role: i % 2 ? 'user' : 'system', index: 2 * i + 1, content: [text] },
      {
        role: 'user',
        index: 2 * i + 2,
        content: [{ type: 'tool-result', callId, content: [], isError: false }],
      },
    ]),
  ]
  expect(elapsed(() => inTurns(pieces))).toBeLessThan(3000)
})

test.each(['user', 'assistant'] as const)(
  '[A-01] messages of 200,000 parts by the %s become one turn',
  (role) => {
    const content = Array.from({ length: 200_000 }, () => ({ ...text }))
    const pieces = [0, 1].map((index) => ({ role, index, content }) as Piece)
    expect(inTurns(pieces)[0]?.content).toHaveLength(400_000)
  },
)

test('[A-01] so do 200,000 results, in one message and in two', () => {
  const ids = Array.from({ length: 200_000 }, (_, i) => `id${i}`)
  const results = ids.map(
    (callId): ToolResultBlock => ({ type: 'tool-result', callId, content: [], isError: false }),
  )
  const pieces: Piece[] = [
    {
      role: 'assistant',
      index: 0,
      content: ids.map((id) => ({ type: 'tool-call', id, name: 'f', input: '{}' })),
    },
    { role: 'user', index: 1, content: results.slice(0, 1) },
    { role: 'user', index: 2, content: results.slice(1) },
  ]
  expect(elapsed(() => inTurns(pieces))).toBeLessThan(3000)
})
