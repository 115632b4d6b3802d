import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { failed, openHouse } from './house.ts'
import { eventually } from './processes.ts'

/** No start gets so far as to ask it. */
const upstreamUrl = 'http://127.0.0.1:9/v1'

test('a port in use is said in a sentence, with exit 1 and the database stopped again', async () => {
  const house = openHouse(upstreamUrl)
  const occupant = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void occupant.close())
  await eventually(() => expect(occupant.listening).toBe(true))
  const { port } = occupant.address() as { port: number }
  const said = await failed(house.run({ env: { PORT: String(port) } }))
  expect(said).toContain(`Port ${port} of 127.0.0.1 is in use by another program.`)
  expect(said).toContain('set PORT to a free port')
  await eventually(() => expect(house.databasePids()).toEqual([]))
}, 60_000)

test('every problem of the environment is in one message', async () => {
  const house = openHouse(upstreamUrl)
  const env = {
    PORT: 'x',
    LOG_LEVEL: 'loud',
    PUBLIC_URL: 'nowhere',
    DEFAULT_PLAN: 'gold',
    LOCAL_MODELS: 'maybe',
  }
  const said = await failed(house.run({ env }))
  for (const name of Object.keys(env)) expect(said).toMatch(new RegExp(`^${name} must .+`, 'm'))
  expect(existsSync(house.dataDir)).toBe(false)
})

const faultyModels = {
  providers: { main: { kind: 'openai', baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'env:UPSTREAM_KEY' } },
  models: [
    {
      id: 'm',
      targets: [{ provider: 'other', model: 'x' }],
      price: { inputMicrousdPerMillion: 1, outputMicrousdPerMillion: 1 },
    },
  ],
}

test.each([
  ['is not JSON', '{', ['is not valid JSON']],
  [
    'has unknown and missing fields',
    JSON.stringify({ providers: {}, models: [{ id: 'm', tragets: [] }] }),
    ['models[0].tragets', 'models[0].price', 'models[0].targets'],
  ],
  [
    'names a provider and a key that are not there',
    JSON.stringify(faultyModels),
    ['"other", which is not among the providers.', 'UPSTREAM_KEY, which is not set.'],
  ],
])(
  'a MODELS_FILE that %s is said in sentences, and no database is started for it',
  async (_, text, sentences) => {
    const house = openHouse(upstreamUrl)
    const file = join(house.folder, 'faulty.json')
    writeFileSync(file, text)
    const said = await failed(house.run({ env: { MODELS_FILE: file } }))
    for (const sentence of [`MODELS_FILE ${file}`, ...sentences]) expect(said).toContain(sentence)
    expect(existsSync(house.dataDir)).toBe(false)
  },
  60_000,
)

test('a DATABASE_URL that leads nowhere is said in a sentence without its password', async () => {
  const house = openHouse(upstreamUrl)
  const occupant = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await eventually(() => expect(occupant.listening).toBe(true))
  const { port } = occupant.address() as { port: number }
  await new Promise((resolve) => occupant.close(resolve))
  const url = `postgres://portal:s3cret-word@127.0.0.1:${port}/portal`
  const said = await failed(house.run({ env: { DATABASE_URL: url, LOG_LEVEL: 'silent' } }))
  expect(said).toMatch(
    new RegExp(`127\\.0\\.0\\.1:${port} \\(DATABASE_URL\\) cannot be used: .*ECONNREFUSED`),
  )
  expect(said).not.toContain('s3cret-word')
}, 60_000)
