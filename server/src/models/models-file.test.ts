import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

const withProvider = (changes: object) => ({ providers: { main: { ...main, ...changes } }, models: [model] })
const withModel = (changes: object) => ({ providers: { main }, models: [{ ...model, ...changes }] })

test.each([
  ['no JSON', '{"models": [1,]}', "is not valid JSON: Unexpected token ']'. Mend it there;"],
  ['no object', '[]', 'Write a JSON object with "providers" and "models".'],
  [
    'a model without a price',
    withModel({ price: undefined }),
    'models[0].price is required: it must be an object.',
  ],
  [
    'a price below zero',
    withModel({ price: { ...model.price, inputMicrousdPerMillion: -1 } }),
    'models[0].price.inputMicrousdPerMillion must be at least 0',
  ],
  ['an unknown field', withModel({ colour: 'red' }), 'Unknown field "models[0].colour". Remove it.'],
  ['another scheme', withProvider({ baseUrl: 'ftp://x/' }), 'providers.main.baseUrl: Write a URL'],
  ['an address that is none', withProvider({ baseUrl: 'x' }), 'providers.main.baseUrl: Write a URL'],
  [
    'an address with a query',
    withProvider({ baseUrl: 'http://x/v1?a=b' }),
    'without user, query or fragment; a key goes into "apiKey".',
  ],
  ['no models', { providers: { main }, models: [] }, 'models must have at least 1 item'],
  [
    'a model listed twice',
    { providers: { main }, models: [model, model] },
    'models[1].id: The model "m" is listed twice. Put the targets of both into one entry.',
  ],
  [
    'an unknown provider',
    { providers: {}, models: [model] },
    'models[0].targets[0].provider names "main", which is not among the providers. Add it there, or name one of them.',
  ],
])('%s is refused with a sentence that names the field and says what to do', async (_, content, sentence) => {
  await expect(read(content)).rejects.toThrow(ModelsFileError)
  await expect(read(content)).rejects.toThrow(sentence)
})

const problems = async (content: unknown, environment?: Record<string, string>): Promise<string[]> => {
  const error = await read(content, environment).then(
    () => new Error('It was read.'),
    (problem: Error) => problem,
  )
  return error.message.split('\n').slice(1)
}

test('every problem is said at once, a line each, in no words of the parser’s', async () => {
  const wrong = { id: 7, targets: [], price: 'free' }
  const all = await problems({ providers: { main: {} }, models: Array.from({ length: 10 }, () => wrong) })
  expect(all).toHaveLength(32)
  expect(all.join()).not.toMatch(/Invalid|expected|received|✖/)
  const crossed = await problems(
    { providers: { main }, models: [model, withTarget('a'), withTarget('b')] },
    {},
  )
  expect(crossed).toHaveLength(5)
})

const withTarget = (provider: string) => ({ ...model, targets: [{ provider, model: 'x' }] })

test.each([
  ['a password in a URL', withProvider({ baseUrl: 'ftp://u:hunter2@x/' })],
  ['a key of the wrong kind', withProvider({ apiKey: 4711 })],
  ['a key where a name belongs', withProvider({ apiKey: 'env:sk-hunter2' })],
  ['a key in what is no JSON', '{"apiKey": hunter2, "baseUrl": "http://127.0.0.1:9/v1"}'],
])('%s is refused without being repeated', async (_, content) => {
  await expect(read(content)).rejects.toThrow(ModelsFileError)
  await expect(read(content)).rejects.not.toThrow(/hunter2|4711/)
})

test('a key whose variable is not set is refused, naming the variable', async () => {
  await expect(read({ providers: { main }, models: [model] }, {})).rejects.toThrow(
    'providers.main.apiKey: The key is taken from UPSTREAM_KEY, which is not set.',
  )
})

test.each([
  ['nowhere.json', 'there is no such file'],
  ['', 'it is a folder'],
])('a file that cannot be read is refused, naming it: "%s"', async (name, reason) => {
  const path = join(folder, name)
  await expect(readModelsFile(path, {})).rejects.toThrow(`MODELS_FILE ${path} cannot be read: ${reason}`)
})

describe('the guide', async () => {
  const guide = new URL('../../../docs/guide/connect-a-model.md', import.meta.url)
  const page = await readFile(guide, 'utf8')
  const example = JSON.parse(/```json\n(\{\n {2}"providers".*?)```/s.exec(page)?.[1] ?? '')
  const rows = [...page.matchAll(/^\| `([\w[\].]+)` \| (required|optional) \|/gm)]
  const fields = rows.map(([, path = '', need]) => ({ path, need, name: path.split('.').at(-1) ?? '' }))

  /** The example without a field, wherever it stands. */
  const without = (name: string) =>
    JSON.parse(JSON.stringify(example), (key, value) => (key === name ? undefined : value))

  test.each(fields)('$path is $need, as it says', async ({ need, name }) => {
    const reading = read(without(name))
    if (need === 'required') await expect(reading).rejects.toThrow(name)
    else await expect(reading).resolves.toHaveProperty('models')
  })

  test('shows a file that is read, and tells of every field there is', async () => {
    const file = await read(example)
    const [entry] = file.models
    const parts = [file.providers.main, entry, entry?.targets[0], entry?.price]
    const known = parts.flatMap((part) => Object.keys(part ?? {}))
    expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(known))
  })
})
