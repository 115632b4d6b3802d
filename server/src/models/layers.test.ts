import type { ProviderDefinition } from '@portal/contract'
import { expect, test } from 'vitest'
import type { Ground } from './ground.ts'
import { type LiveProvider, layered } from './layers.ts'

const at = (baseUrl: string) => ({ kind: 'openai', baseUrl }) as ProviderDefinition
const groundAt = (baseUrl: string, apiKey: string | null): Ground =>
  ({
    providers: [{ name: 'one', source: 'file', definition: at(baseUrl), apiKey }],
    models: [],
  }) as unknown as Ground
const live = {
  ...{ name: 'one', definition: at('https://old.example/v1'), key: 'source', apiKey: null, sealedKey: null },
  ...{ state: 'active', version: 1, createdAt: new Date(), updatedAt: new Date() },
} satisfies LiveProvider
const effective = (ground: Ground) => layered(ground, { providers: [live], models: [] }).providers[0]

test('[LM15] a key that the source got with another server is not sent to the one it had before', () => {
  const moved = effective(groundAt('https://new.example/v1', 'key-of-new'))
  expect(moved).toMatchObject({ definition: { baseUrl: 'https://old.example/v1' }, apiKey: null })
  expect(moved?.problem).toMatch(/for another server/)
  const same = effective(groundAt('https://old.example/v2', 'key-of-old'))
  expect(same).toMatchObject({ apiKey: 'key-of-old', problem: null })
  expect(effective(groundAt('https://new.example/v1', null))).toMatchObject({ apiKey: null, problem: null })
})
