import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startUpstream } from '@portal/sandbox'
import { afterEach, expect, test } from 'vitest'
import { createLog } from '../log/index.ts'
import type { ModelEntry } from './model-entry.ts'
import { createModels, type Models } from './registry.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const demo = { id: 'demo', targets: [], isDemo: true } as unknown as ModelEntry
const nothing = { modelsFile: null, vendors: [], localModels: false, environment: {} }

async function models(config: Partial<Parameters<typeof createModels>[0]['config']>): Promise<Models> {
  const made = await createModels({ config: { ...nothing, ...config }, demo, log: createLog('silent') })
  closers.push(() => made.close())
  return made
}

test('[GW-P6] with nothing configured and nothing found the demo model is offered, and nothing else', async () => {
  expect((await models({})).list()).toEqual([demo])
})

test('an OpenAI key offers that server’s chat models, at a price that is not known', async () => {
  const upstream = await startUpstream({
    models: ['gpt-4o', 'o3-mini', 'text-embedding-3-small', 'whisper-1'],
  })
  closers.push(() => upstream.close())
  const offered = await models({ vendors: [{ kind: 'openai', apiKey: 'k', baseUrl: upstream.url }] })
  expect(offered.list().map(({ id }) => id)).toEqual(['gpt-4o', 'o3-mini'])
  expect(offered.find('gpt-4o')).toMatchObject({ price: null, temperatureDefault: 0.7, ownedBy: 'openai' })
  expect(offered.find('o3-mini')?.temperatureDefault).toBeNull()
})

test.each([
  ['', 'the URL that its SDKs take'],
  ['/v1', 'one that ends in /v1'],
])('an Anthropic key offers that server’s models, with a longest answer: baseUrl + "%s", %s', async (end) => {
  const upstream = await startUpstream({ models: ['claude-opus-5', 'claude-haiku-4-5'] })
  closers.push(() => upstream.close())
  const baseUrl = new URL(upstream.url).origin + end
  const offered = await models({ vendors: [{ kind: 'anthropic', apiKey: 'k', baseUrl }] })
  expect(offered.list().map(({ id }) => id)).toEqual(['claude-opus-5', 'claude-haiku-4-5'])
  const model = offered.find('claude-opus-5')
  expect(model).toMatchObject({ price: null, ownedBy: 'anthropic', outputTokensMax: 4096 })
  expect(model?.targets[0]?.provider.dialect).toBe('anthropic-messages')
})

test('[A-18] a model that one of several servers wants bounded has a longest answer, whoever gives it', async () => {
  const file = {
    providers: {
      a: { kind: 'anthropic', baseUrl: 'http://127.0.0.1:9' },
      o: { kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1' },
    },
    models: [['a', 'o'], ['o'], ['a']].map((providers) => ({
      id: providers.join(),
      targets: providers.map((provider) => ({ provider, model: 'm' })),
      price: { inputMicrousdPerMillion: 0, outputMicrousdPerMillion: 0 },
    })),
  }
  const folder = mkdtempSync(join(tmpdir(), 'portal-models-'))
  closers.push(() => rm(folder, { recursive: true }))
  const modelsFile = join(folder, 'models.json')
  writeFileSync(modelsFile, JSON.stringify(file))
  const offered = await models({ modelsFile })
  expect(offered.list().map(({ outputTokensMax }) => outputTokensMax)).toEqual([4096, null, 4096])
})

test('[GW-P6] a key that cannot be used offers nothing: the demo model never stands in for what is configured', async () => {
  const upstream = await startUpstream({ apiKey: 'another' })
  closers.push(() => upstream.close())
  expect(
    (await models({ vendors: [{ kind: 'openai', apiKey: 'wrong', baseUrl: upstream.url }] })).list(),
  ).toEqual([])
})

test('a server found on this machine offers its models, at no price', async () => {
  const ollama = await startUpstream({ port: 11_434, models: ['llama3.2'], apiKey: null })
  closers.push(() => ollama.close())
  const offered = await models({ localModels: true })
  expect(offered.find('llama3.2')).toMatchObject({ ownedBy: 'ollama', price: { input: 0n, output: 0n } })
  expect(offered.find('demo')).toBeNull()
})
