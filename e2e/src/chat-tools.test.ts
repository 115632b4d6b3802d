// What an answer did besides speaking: the tools that a client's loop called.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, openChat } from './chat-steps.ts'
import { views } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
  ada = await world.aPerson()
})
afterAll(() => world?.close())

const journey = { timeout: 90_000 }
const question = { role: 'user' as const, content: 'How warm is it in Paris and in Rome?' }
const parameters = { type: 'object' as const, properties: { city: { type: 'string' } } }

/** The model calls the tool for two cities at once. */
const enqueueCalls = () =>
  world.portal.upstream.enqueue({
    kind: 'answer',
    text: 'Let me look.',
    toolCalls: ['Paris', 'Rome'].map((city) => ({ name: 'weather', arguments: JSON.stringify({ city }) })),
  })

const readings = Array.from({ length: 60 }, (_, hour) => ({ hour, degrees: 18 }))

/** A loop by OpenAI's client, whose tool answers with much. */
async function loopByOpenAi(key: string, chatId: string): Promise<void> {
  enqueueCalls()
  world.portal.upstream.enqueue({ kind: 'answer', text: 'It is warm in both.' })
  const weather = {
    ...{ name: 'weather', description: 'The weather.', parameters, parse: JSON.parse },
    function: ({ city }: { city: string }) => ({ city, readings }),
  }
  const runner = world.portal.client(key).chat.completions.runTools({
    ...{ model: 'test-model', stream: true, messages: [question], session_id: chatId },
    tools: [{ type: 'function', function: weather }],
  })
  await runner.done()
}

/** A loop by Anthropic's client: one result is a failure, and one call stays without any. */
async function loopByAnthropic(key: string, chatId: string): Promise<void> {
  enqueueCalls()
  const client = world.portal.anthropic(key)
  const tools = [{ name: 'weather', description: 'The weather.', input_schema: parameters }]
  const common = { model: 'test-model', max_tokens: 500, tools, ...{ session_id: chatId } }
  const first = await client.messages.stream({ ...common, messages: [question] }).finalMessage()
  const results = first.content
    .filter((block) => block.type === 'tool_use')
    .map(({ id }, i) => ({
      ...{ type: 'tool_result' as const, tool_use_id: id, is_error: i === 0 },
      content: i === 0 ? 'The station is closed.' : '31 degrees',
    }))
  world.portal.upstream.enqueue({ kind: 'answer', text: 'I know of Rome alone.', toolCalls: [last] })
  await client.messages.create({
    ...common,
    messages: [question, { role: 'assistant', content: first.content }, { role: 'user', content: results }],
  })
}
const last = { name: 'sunset', arguments: '{"city":"Rome"}' }

const summaries = (page: Page) => answer(page).locator('summary')

test(
  '[W-104] the tools of a loop by openai are closed above one answer, and opened by keyboard',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    const id = await openChat(world, page, 'Weather')
    const { key } = await ada.makeKey({ name: 'Loop' })
    await loopByOpenAi(key, id)
    await page.reload()
    await answer(page).getByText('It is warm in both.').waitFor()
    expect(await answer(page).getByText('Let me look.').count()).toBe(1)
    expect(await page.getByText(question.content).count()).toBe(1)
    expect(await summaries(page).allInnerTexts()).toEqual(Array(2).fill('Tool weather – answered'))
    expect(await page.getByText('"degrees"').count()).toBe(0)
    await summaries(page).first().focus()
    await page.keyboard.press('Enter')
    const [given, returned] = [page.locator('figure').nth(0), page.locator('figure').nth(1)]
    await given.getByText('"city": "Paris"').waitFor()
    await given.getByRole('button', { name: 'Copy the arguments' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('{\n  "city": "Paris"\n}')
    await returned.getByRole('button', { name: 'Copy the result' }).waitFor()
    const scrolls = await returned
      .locator('pre')
      .evaluate((at) => [at.scrollHeight > at.clientHeight, at.tabIndex])
    expect(scrolls).toEqual([true, 0])
    await page.goto(`/chat/${id}/print`)
    await page.getByText('Tools called: weather, weather').waitFor()
  },
)

test('[W-104] what failed and what waits is told, without a barrier in any view', journey, async () => {
  const { key } = await ada.makeKey({ name: 'Loop too' })
  const page = await world.visitAs(ada)
  const id = await openChat(world, page, 'Stations')
  await loopByAnthropic(key, id)
  for (const view of views) {
    const seen = await world.visitAs(ada, view)
    await seen.goto(`/chat/${id}`)
    await answer(seen).getByText('I know of Rome alone.').waitFor()
    expect(await summaries(seen).allInnerTexts()).toEqual([
      'Tool weather – failed',
      'Tool weather – answered',
      'Tool sunset – called',
    ])
    for (const summary of await summaries(seen).all()) await summary.click()
    await seen.getByText('The station is closed.').waitFor()
    await seen.getByText('No result was sent to the model.').waitFor()
    await expectAccessible(seen)
    expect(await seen.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  }
})
