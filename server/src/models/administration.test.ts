import { beforeAll, describe, expect, test } from 'vitest'
import { chatRequest, chatStream, eventsOf, eventually } from '../test/index.ts'
import { aModel, asBody, modelsPath, providersPath, useAdministration } from './test-administration.ts'

const world = useAdministration()
const { portal, admin, upstream, addProvider, addModel, providerNamed, modelOf, setState, change } = world

let secret: string
beforeAll(async () => {
  secret = (await portal().aKey()).secret
})

const ask = (model: string) => portal().post({ key: secret, body: chatRequest({ model }) })
const listed = async (): Promise<string[]> => {
  const { body } = await admin().get('/api/models')
  return body.data.map(({ id }: { id: string }) => id)
}
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string; message: string } }).error
/** Rows of the ledger for a model, once there are so many. */
const rowsOf = (model: string, count: number) =>
  eventually(async () => {
    const rows = await portal().ledgerRows(`model = '${model}'`)
    expect(rows).toHaveLength(count)
    return rows
  })

describe('adding', () => {
  test('[LM5] a model that was added answers the next request and is listed, without a restart', async () => {
    expect((await addProvider(0)).status).toBe(201)
    const made = await addModel('live-model', { displayName: 'The live one', contextTokens: 1000 })
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({ id: 'live-model', source: 'added', isChanged: false, problem: null }),
    ])
    expect(await listed()).toEqual(['test-model', 'live-model'])
    const { body } = await admin().get('/api/models/live-model')
    expect(body).toMatchObject({
      display_name: 'The live one',
      context_tokens: 1000,
      pricing: { input: 1, output: 2 },
    })
    const response = await ask('live-model')
    expect(response.status).toBe(200)
    const [request] = upstream(0).requests
    expect(request?.headers.authorization).toBe('Bearer sk-key-of-the-first-one')
    expect(request?.body).toMatchObject({ model: 'small' })
  })

  test('[LM5] a provider of the other dialect serves the same clients', async () => {
    await addProvider(0, { kind: 'anthropic', baseUrl: upstream(0).url.replace(/\/v1$/, '') })
    await addModel('live-model')
    expect((await ask('live-model')).status).toBe(200)
    expect(upstream(0).requests[0]?.headers['x-api-key']).toBe('sk-key-of-the-first-one')
  })

  test('[LM2] what the file refuses is refused here, by field, and nothing is stored', async () => {
    await addProvider(0)
    const wrong = aModel({
      id: '',
      targets: [{ provider: 'live-first', model: 'm', weight: 0 }],
      colour: 'red',
    })
    const { status, body } = await admin().post(modelsPath, {
      ...wrong,
      price: { inputMicrousdPerMillion: -1 },
    })
    expect(status).toBe(400)
    const fields = body.issues.map(({ field }: { field: string }) => field)
    expect(fields.sort()).toEqual([
      ...[
        'colour',
        'id',
        'price.inputMicrousdPerMillion',
        'price.outputMicrousdPerMillion',
        'targets[0].weight',
      ],
    ])
    expect(await listed()).toEqual(['test-model'])
  })

  test('[LM10] a model names only providers there are', async () => {
    const { status, body } = await addModel('live-model')
    expect([status, body.issues[0].field]).toEqual([400, 'targets[0].provider'])
  })

  test.each([
    ['ftp://127.0.0.1/v1'],
    ['http://user:hunter2@127.0.0.1/v1'],
    ['http://127.0.0.1/v1?key=hunter2'],
    ['127.0.0.1'],
  ])('[LM16] %s is no base URL, and is not repeated', async (baseUrl) => {
    const { status, body } = await addProvider(0, { baseUrl })
    expect([status, body.param]).toEqual([400, 'baseUrl'])
    expect(JSON.stringify(body)).not.toContain('hunter2')
  })

  test.each([['env:PORTAL_SECRET'], [4711], ['two\nlines'], ['']])(
    '[LM15] %j is no key here, and is not repeated',
    async (apiKey) => {
      const { status, body } = await addProvider(0, { apiKey })
      expect([status, body.param]).toEqual([400, 'apiKey'])
      expect(JSON.stringify(body)).not.toMatch(/4711|PORTAL_SECRET|lines"/)
    },
  )

  test('names and ids that are taken are told as that, those of the file too', async () => {
    await addProvider(0)
    for (const name of ['live-first', 'first']) expect((await addProvider(0, { name })).status).toBe(409)
    expect((await addModel('test-model')).status).toBe(409)
  })
})

describe('the ground', () => {
  test('[LM1] what the file gives is changed and brought back, and not deleted', async () => {
    const path = `${modelsPath}/test-model`
    expect(await modelOf('test-model')).toMatchObject({ source: 'file', isChanged: false, version: 0 })
    expect((await admin().send('DELETE', `${path}?version=0`)).status).toBe(409)
    const changed = await change('test-model', { displayName: 'Ours' })
    expect(changed.body).toMatchObject({ source: 'file', isChanged: true, displayName: 'Ours' })
    expect((await admin().get('/api/models/test-model')).body.display_name).toBe('Ours')
    await admin().send('DELETE', `${path}?version=${changed.body.version}`)
    expect(await modelOf('test-model')).toMatchObject({ isChanged: false, displayName: null })
  })

  test('[LM1] a change that says what the file says is none, nor is a switch', async () => {
    expect((await change('test-model', { displayName: 'Ours' })).body.isChanged).toBe(true)
    expect((await change('test-model', { displayName: null, enabled: false })).body).toMatchObject({
      isChanged: false,
      enabled: false,
    })
    const { rows } = await portal().pool.query('select definition from live_models')
    expect(rows).toEqual([{ definition: null }])
  })

  test('[LM1] a provider of the file keeps the file’s key while other settings of it are changed', async () => {
    const provider = await providerNamed('first')
    expect(provider).toMatchObject({
      source: 'file',
      hasApiKey: true,
      apiKeyEnd: 'cret',
      models: ['test-model'],
    })
    const { kind, baseUrl, silenceMs, version } = provider
    const body = { kind, baseUrl, silenceMs, firstByteMs: 5000, version }
    const { status, body: changed } = await admin().send('PUT', `${providersPath}/first`, { body })
    expect([status, changed]).toEqual([200, expect.objectContaining({ isChanged: true, apiKeyEnd: 'cret' })])
    expect((await ask('test-model')).status).toBe(200)
    expect(portal().upstream.requests.at(-1)?.headers.authorization).toBe('Bearer sk-upstream-secret')
  })
})

describe('while requests run', () => {
  test('[LM6] a stream that has begun ends as it began, at its price, whatever is changed meanwhile', async () => {
    await addProvider(0)
    await addModel('repriced')
    upstream(0).enqueue({ kind: 'answer', chunks: ['one ', 'two ', 'three'], delayMs: 150 })
    const response = await portal().post({ key: secret, body: chatStream({ model: 'repriced' }) })
    const priced = { inputMicrousdPerMillion: 500_000_000, outputMicrousdPerMillion: 500_000_000 }
    await change('repriced', { price: priced, targets: [{ provider: 'first', model: 'other' }] })
    await setState('live-first', 'disabled')
    const text = eventsOf(await response.text())
      .map(({ json }) => (json?.choices as { delta: { content?: string } }[])?.[0]?.delta.content ?? '')
      .join('')
    expect(text).toBe('one two three')
    expect((await ask('repriced')).status).toBe(200)
    expect(portal().upstream.requests.at(-1)?.body).toMatchObject({ model: 'other' })
    const [before, after] = await rowsOf('repriced', 2)
    expect(before?.target).toBe('live-first/small')
    const costOf = (row: typeof before) => [
      (Number(row?.output_microusd) / Number(row?.output_tokens)).toFixed(0),
    ]
    expect([costOf(before), costOf(after)]).toEqual([['2'], ['500']])
  })

  test('[LM9] a drained provider ends what runs there, is counted, and gets nothing new', async () => {
    await addProvider(0)
    await addModel('live-model')
    upstream(0).enqueue({ kind: 'answer', chunks: ['one ', 'two'], delayMs: 400 })
    const running = portal().post({ key: secret, body: chatStream({ model: 'live-model' }) })
    await eventually(async () => expect(await providerNamed('live-first')).toMatchObject({ running: 1 }))
    expect((await setState('live-first', 'draining')).body).toMatchObject({ state: 'draining', running: 1 })
    const refused = await ask('live-model')
    expect([refused.status, await errorOf(refused)]).toEqual([
      503,
      expect.objectContaining({ code: 'unavailable' }),
    ])
    expect(refused.headers.get('retry-after')).not.toBeNull()
    expect(await listed()).toContain('live-model')
    expect((await modelOf('live-model')).problem).toMatch(/takes no requests/)
    const ended = await running
    expect(eventsOf(await ended.text()).at(-1)?.data).toBe('[DONE]')
    await eventually(async () => expect(await providerNamed('live-first')).toMatchObject({ running: 0 }))
    expect(upstream(0).requests).toHaveLength(1)
    await setState('live-first', 'active')
    expect((await ask('live-model')).status).toBe(200)
  })

  test('[LM9] a request whose client leaves is counted no longer', async () => {
    await addProvider(0)
    await addModel('live-model')
    upstream(0).enqueue({ kind: 'hang', after: 1 })
    const leaving = new AbortController()
    const { signal } = leaving
    const asked = portal().post({ key: secret, body: chatStream({ model: 'live-model' }), signal })
    await eventually(async () => expect(await providerNamed('live-first')).toMatchObject({ running: 1 }))
    leaving.abort()
    await expect(asked.then((response) => response.text())).rejects.toThrow()
    await eventually(async () => expect(await providerNamed('live-first')).toMatchObject({ running: 0 }))
  })

  test('[LM9] while one provider is drained the others of a model take its requests', async () => {
    await addProvider(0)
    await addProvider(1)
    const targets = [0, 1].map((at) => ({
      provider: at === 0 ? 'live-first' : 'live-second',
      model: 'small',
    }))
    await addModel('live-model', { targets })
    await setState('live-first', 'draining')
    for (let asked = 0; asked < 6; asked++) expect((await ask('live-model')).status).toBe(200)
    expect([upstream(0).requests.length, upstream(1).requests.length]).toEqual([0, 6])
  })

  test('[LM7] a change of weights divides the requests that come after it', async () => {
    await addProvider(0)
    await addProvider(1)
    const weighted = (first: number, second: number) => [
      { provider: 'live-first', model: 'small', weight: first },
      { provider: 'live-second', model: 'small', weight: second },
    ]
    await addModel('live-model', { targets: weighted(1_000_000, 0.000_001) })
    const shares = async () => {
      for (const at of [0, 1] as const) upstream(at).reset()
      await Promise.all(Array.from({ length: 120 }, async () => (await ask('live-model')).arrayBuffer()))
      return [upstream(0).requests.length, upstream(1).requests.length]
    }
    expect(await shares()).toEqual([120, 0])
    await change('live-model', { targets: weighted(0.000_001, 1_000_000) })
    expect(await shares()).toEqual([0, 120])
    await change('live-model', { targets: weighted(3, 1) })
    const [first = 0, second = 0] = await shares()
    expect(first + second).toBe(120)
    // 90 are expected; six standard deviations of a fair draw are 28.
    expect(Math.abs(first - 90)).toBeLessThan(28)
  })
})

describe('taking away', () => {
  test('[LM8] a model that is switched off is not listed, and whoever asks for it is told', async () => {
    await addProvider(0)
    await addModel('live-model')
    await change('live-model', { enabled: false })
    expect(await listed()).toEqual(['test-model'])
    const refused = await ask('live-model')
    expect([refused.status, await errorOf(refused)]).toEqual([
      404,
      expect.objectContaining({
        message: expect.stringContaining('"live-model" is switched off here. Offered here: "test-model"'),
      }),
    ])
    await change('live-model', { enabled: true })
    expect((await ask('live-model')).status).toBe(200)
  })

  test('[LM8] a hidden model is not listed, and answers', async () => {
    await addProvider(0)
    await addModel('live-model', { hidden: true })
    expect(await listed()).toEqual(['test-model'])
    expect((await ask('live-model')).status).toBe(200)
  })

  test('[LM9] a provider that is switched off takes with it the models that only it serves', async () => {
    await addProvider(0)
    await addModel('live-model')
    await setState('live-first', 'disabled')
    expect(await listed()).toEqual(['test-model'])
    expect((await ask('live-model')).status).toBe(404)
    expect((await modelOf('live-model')).problem).toMatch(/is not offered/)
  })

  test('[LM10] a provider in use is not deleted, and the answer says by which model', async () => {
    const { body: provider } = await addProvider(0)
    const { body: model } = await addModel('live-model')
    const path = `${providersPath}/live-first?version=${provider.version}`
    const refused = await admin().send('DELETE', path)
    expect([refused.status, refused.body]).toEqual([
      409,
      expect.objectContaining({ error: expect.stringContaining('"live-model"'), models: ['live-model'] }),
    ])
    await admin().send('DELETE', `${modelsPath}/live-model?version=${model.version}`)
    expect((await admin().send('DELETE', path)).body).toEqual({ success: true })
    expect(await providerNamed('live-first')).toBeUndefined()
    expect((await ask('live-model')).status).toBe(404)
  })

  test('ids with a slash are named like any other', async () => {
    await addProvider(0)
    await addModel('meta/llama 3')
    expect((await change('meta/llama 3', { hidden: true })).status).toBe(200)
    const { version } = await modelOf('meta/llama 3')
    const path = `${modelsPath}/${encodeURIComponent('meta/llama 3')}?version=${version}`
    expect((await admin().send('DELETE', path)).status).toBe(200)
  })
})

describe('two at once', () => {
  test('[LM11] of parallel changes from one version one counts, and the others are told', async () => {
    await addProvider(0)
    await addModel('live-model')
    const body = asBody(await modelOf('live-model'))
    const send = (displayName: string) =>
      admin().send('PUT', `${modelsPath}/live-model`, { body: { ...body, displayName } })
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => send(`Number ${i}`)))
    const won = answers.flatMap(({ status, body: made }) => (status === 200 ? [made.displayName] : []))
    expect(won).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7)
    expect((await modelOf('live-model')).displayName).toBe(won[0])
  })

  test('[LM11] a provider that is deleted and one that begins to use it: never a model without provider', async () => {
    for (let round = 0; round < 5; round++) {
      const { body } = await addProvider(0)
      const [, made] = await Promise.all([
        admin().send('DELETE', `${providersPath}/live-first?version=${body.version}`),
        addModel('live-model'),
      ])
      const isThere = (await providerNamed('live-first')) !== undefined
      expect(isThere).toBe(made.status === 201)
      if (!isThere) continue
      await admin().send('DELETE', `${modelsPath}/live-model?version=${made.body.version}`)
      const { version } = await providerNamed('live-first')
      await admin().send('DELETE', `${providersPath}/live-first?version=${version}`)
    }
  })

  test('[LM11] what was deleted and made again is no older version', async () => {
    const { body: first } = await addProvider(0)
    await admin().send('DELETE', `${providersPath}/live-first?version=${first.version}`)
    await addProvider(0)
    const stale = { state: 'disabled', version: first.version }
    expect((await admin().post(`${providersPath}/live-first/state`, stale)).status).toBe(409)
  })

  test('[LM11] what is not there is a 404', async () => {
    for (const path of [`${providersPath}/nobody?version=0`, `${modelsPath}/nobody?version=0`])
      expect((await admin().send('DELETE', path)).status).toBe(404)
    expect((await admin().post(`${providersPath}/nobody/test`, {})).status).toBe(404)
  })
})

describe('health', () => {
  test('[LM18] each target tells what became of its requests', async () => {
    await addProvider(0)
    await addModel('watched', { targets: [{ provider: 'live-first', model: 'large' }] })
    await ask('watched')
    upstream(0).setDefault({ kind: 'status', status: 500 })
    await ask('watched')
    await ask('watched')
    const [target] = (await modelOf('watched')).targets
    expect(target).toMatchObject({ state: 'active', health: { answers: 1, failures: 6, isOpen: true } })
    expect(target.health.latencyMs).toBeTypeOf('number')
  })
})
