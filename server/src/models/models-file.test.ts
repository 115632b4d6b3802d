import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ModelsFileError, readModelsFile } from './models-file.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

const main = { kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'env:UPSTREAM_KEY' }
const model = {
  id: 'm',
  targets: [{ provider: 'main', model: 'upstream-name' }],
  price: { inputMicrousdPerMillion: 1, outputMicrousdPerMillion: 2 },
}

async function read(content: unknown, environment: Record<string, string> = { UPSTREAM_KEY: 'secret' }) {
  const path = join(folder, 'models.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return readModelsFile(path, environment)
}

test('env:NAME is the variable’s value, and defaults fill what is left out', async () => {
  const file = await read({ providers: { main }, models: [model] })
  expect(file.providers.main?.apiKey).toBe('secret')
  expect(file.models[0]).toMatchObject({
    outputTokensMax: null,
    temperatureDefault: 0.7,
    contextTokens: null,
  })
  expect(file.models[0]?.targets[0]?.weight).toBe(1)
})

test.each([
  ['no JSON', '{', /not valid JSON/],
  ['a model without a price', { providers: { main }, models: [{ ...model, price: undefined }] }, /price/],
  ['an unknown field', { providers: { main }, models: [{ ...model, colour: 'red' }] }, /colour/],
  ['another scheme', { providers: { main: { ...main, baseUrl: 'ftp://x/' } }, models: [model] }, /baseUrl/],
  ['an address that is none', { providers: { main: { ...main, baseUrl: 'x' } }, models: [model] }, /baseUrl/],
  [
    'an address with a query',
    { providers: { main: { ...main, baseUrl: 'http://x/v1?a=b' } }, models: [model] },
    /without user, query or fragment/,
  ],
  ['no models', { providers: { main }, models: [] }, /models/],
  ['a model listed twice', { providers: { main }, models: [model, model] }, /"m" is listed twice/],
  [
    'an unknown provider',
    { providers: {}, models: [model] },
    /names the provider "main", which is not among the providers/,
  ],
])('%s is refused with a sentence', async (_, content, sentence) => {
  await expect(read(content)).rejects.toThrow(ModelsFileError)
  await expect(read(content)).rejects.toThrow(sentence)
})

test('a key whose variable is not set is refused, naming the variable', async () => {
  await expect(read({ providers: { main }, models: [model] }, {})).rejects.toThrow(
    /UPSTREAM_KEY, which is not set/,
  )
})

test('a file that is not there is refused, naming it', async () => {
  await expect(readModelsFile(join(folder, 'nowhere.json'), {})).rejects.toThrow(
    /nowhere\.json cannot be read/,
  )
})
