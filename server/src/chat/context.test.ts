import fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimateTextTokens } from '../tokens/index.ts'
import { contextOf } from './context.ts'
import { titleFrom } from './titles.ts'

const nothing = new Map()
const settings = (contextTokens: number | null) => ({
  ...{ instructions: [], temperature: null, model: { contextTokens, outputTokensMax: null } },
})
const turn = fc.record({
  role: fc.constantFrom('user' as const, 'assistant' as const),
  content: fc.string({ maxLength: 400 }),
})

test('[CG6] what does not fit is left out from the oldest on; the question never is, and roles alternate', () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 30 }), fc.integer({ min: 50, max: 2000 }), (before, tokens) => {
      const branch = [...before, { role: 'user' as const, content: 'The question' }]
      const { request, omittedMessages } = contextOf(branch, settings(tokens), nothing)
      const said = branch.filter(({ content }) => content.trim() !== '')
      const kept = request.messages.flatMap(({ content }) =>
        content.map((block) => 'text' in block && block.text),
      )
      expect(kept).toEqual(said.slice(omittedMessages).map(({ content }) => content))
      expect(kept.at(-1)).toBe('The question')
      const roles = request.messages.map(({ role }) => role)
      expect(roles.some((role, i) => role === roles[i + 1])).toBe(false)
      if (omittedMessages > 0) expect(roles[0]).toBe('user')
      const older = said
        .slice(omittedMessages, -1)
        .map(({ content }) => content)
        .join('')
      expect(estimateTextTokens(older.length, Buffer.byteLength(older))).toBeLessThanOrEqual(tokens)
    }),
  )
})

test('[CG6] all of it goes to a model whose context is not known', () => {
  const long = Array.from({ length: 200 }, () => ({ role: 'user' as const, content: 'x'.repeat(5000) }))
  expect(contextOf(long, settings(null), nothing).omittedMessages).toBe(0)
})

test.each([
  ['"Planning a trip"', 'Planning a trip'],
  ['Title: Café in Wien.', 'Café in Wien'],
  ['<think>Hm, “Foo”?</think>\nBar', 'Bar'],
  ['<think>never ends', ''],
  ['  \n\n**量子物理**。', '量子物理'],
  ['« Semaine »\nWhy: because', 'Semaine'],
  [`${'word '.repeat(40)}`, `${'word '.repeat(15).trim()} word…`],
  ['😀'.repeat(60), `${'😀'.repeat(40)}…`],
])('[CT1] %j gives the title %j', (said, title) => {
  expect(titleFrom(said)).toBe(title)
})
