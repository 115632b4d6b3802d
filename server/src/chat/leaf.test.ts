// A chat that is open in two places, where one does not know yet what was asked in the other.
import { expect, test } from 'vitest'
import { useChat } from './test-chat.ts'

const { portal, aPerson } = useChat()
const answers = (...texts: string[]) =>
  portal().upstream.enqueue(...texts.map((text) => ({ kind: 'answer' as const, text })))

test('[CG9] a question is refused where the chat went on from what its asker had seen', async () => {
  const ada = await aPerson()
  const { id } = await ada.aSession()
  answers('One', 'Two')
  const first = await ada.ask(id, { ifLeafId: null })
  expect(first.status).toBe(201)
  await ada.read(id, first.id)
  const late = await ada.ask(id, { ifLeafId: null })
  expect(late).toMatchObject({ status: 409, body: { code: 'conflict', param: 'ifLeafId' } })
  expect(late.body.error).toMatch(/^This chat went on elsewhere/)
  expect(await ada.messages(id)).toHaveLength(2)
  const { leafId } = await ada.session(id)
  const again = await ada.ask(id, { parentId: leafId, ifLeafId: leafId })
  expect(again.status).toBe(201)
  await ada.read(id, again.id)
})

test('[CG9] [CG1] of two questions that saw the same at once one is asked, and it may be asked for twice', async () => {
  const ada = await aPerson()
  const { id } = await ada.aSession()
  answers('One')
  const both = await Promise.all([ada.ask(id, { ifLeafId: null }), ada.ask(id, { ifLeafId: null })])
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
  const begun = both.find(({ status }) => status === 201)?.id ?? ''
  await ada.read(id, begun)
  expect((await ada.ask(id, { id: begun, ifLeafId: null })).status).toBe(201)
  expect(await ada.messages(id)).toHaveLength(2)
})

test('[CG9] who names no leaf makes a sibling, as an edit does', async () => {
  const ada = await aPerson()
  const { id } = await ada.aSession()
  answers('One', 'Two')
  for (const { id: asked } of [await ada.ask(id), await ada.ask(id)]) await ada.read(id, asked)
  expect((await ada.messages(id)).filter(({ parentId }) => parentId === null)).toHaveLength(2)
})
