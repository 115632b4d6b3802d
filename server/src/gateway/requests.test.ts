// What the gateway takes, refuses, and sends on.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { chatRequest, chatStream, type Portal, startPortal } from '../test/index.ts'

let cluster: TestCluster
let portal: Portal
let secret: string

beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startPortal({
    cluster,
    models: [
      {},
      {
        id: 'no-temperature',
        targets: [{ provider: 'first', model: 'reasoner' }],
        temperatureDefault: null,
      },
    ],
  })
  secret = (await portal.aKey()).secret
})
afterAll(async () => {
  await portal?.close()
  await cluster?.stop()
})
beforeEach(() => portal.upstream.reset())

const errorOf = async (response: Response) =>
  ((await response.json()) as { error: Record<string, unknown> }).error
const ask = (body: unknown, headers: Record<string, string> = {}) =>
  portal.post({ key: secret, body, headers })
const sentUpstream = () => portal.upstream.requests.at(-1)?.body as Record<string, unknown>

describe('pass-through', () => {
  test('[GW-R5] fields the portal does not know reach the upstream as they came', async () => {
    const unknown = { my_field: { deep: [1, null, 'x', true] }, 'odd key \u2028': '\u0000', __proto__x: 1 }
    const response = await ask(chatRequest({ ...unknown, seed: 7 }))
    expect(response.status).toBe(200)
    expect(sentUpstream()).toMatchObject({ ...unknown, seed: 7, model: 'upstream-model' })
  })

  test.each([
    ['9223372036854775807', 'a 64-bit integer'],
    ['-9223372036854775808', 'a negative one'],
    ['18446744073709551615', 'an unsigned one'],
    ['1e400', 'more than a float can hold'],
    ['1E-400', 'less than a float can hold'],
    ['12345678.123456789', 'more digits than a float has'],
    ['0.1234567890123456789', 'the same after the point'],
  ])('[GW-R5] the number %s reaches the upstream digit by digit: %s', async (number) => {
    const body = `{"model":"test-model","messages":[{"role":"user","content":"Hi"}],"big":{"n":[${number}]}}`
    expect((await ask(body)).status).toBe(200)
    expect(portal.upstream.requests[0]?.raw).toContain(`"big":{"n":[${number}]}`)
  })

  test('[GW-R5] digits inside texts stay texts', async () => {
    const content = '12345678901234567890 and 1e999'
    await ask(chatRequest({ messages: [{ role: 'user', content }] }))
    expect(sentUpstream()).toMatchObject({ messages: [{ role: 'user', content }] })
  })

  test('[GW-R5] stream options the client sent stay beside the one the portal needs', async () => {
    await (await ask(chatStream({ stream_options: { include_obfuscation: false } }))).text()
    expect(sentUpstream().stream_options).toEqual({ include_obfuscation: false, include_usage: true })
  })

  test('a whole answer is asked for without stream options', async () => {
    await ask(chatRequest())
    expect(sentUpstream()).not.toHaveProperty('stream_options')
  })
})

describe('temperature', () => {
  test.each([
    ['nothing is given', {}, 0.7],
    ['null is given', { temperature: null }, 0.7],
    ['it is given', { temperature: 0 }, 0],
    ['top_p is given', { top_p: 0.5 }, undefined],
    ['reasoning is asked for', { reasoning_effort: 'low' }, undefined],
  ])('[GW-R6] where %s', async (_, fields, sent) => {
    await ask(chatRequest(fields))
    expect(sentUpstream().temperature).toBe(sent)
  })

  test('[GW-R6] none is sent to a model that takes none', async () => {
    await ask(chatRequest({ model: 'no-temperature' }))
    expect(sentUpstream()).not.toHaveProperty('temperature')
  })
})

describe('refusals name the field', () => {
  test.each([
    ['model', { model: 5 }],
    ['model', { model: undefined }],
    ['messages', { messages: [] }],
    ['messages', { messages: 'Hi' }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'Hi' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[1].content', { messages: [{ role: 'user' }, { role: 'user', content: {} }] }],
    ['stream', { stream: 'true' }],
    ['temperature', { temperature: 2.01 }],
    ['temperature', { temperature: -0.1 }],
    ['temperature', { temperature: '0.5' }],
    ['top_p', { top_p: 1.1 }],
    ['n', { n: 0 }],
    ['n', { n: 129 }],
    ['n', { n: 1.5 }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_tokens', { max_tokens: 10.5 }],
    ['max_completion_tokens', { max_completion_tokens: -1 }],
    ['stop', { stop: 5 }],
    ['frequency_penalty', { frequency_penalty: 3 }],
    ['presence_penalty', { presence_penalty: -3 }],
    ['tools', { tools: {} }],
    ['response_format', { response_format: 'json' }],
    ['session_id', { session_id: {} }],
    ['stream_options.include_usage', { stream_options: { include_usage: 'yes' } }],
  ])('[GW-R4] 400 for %s: %j', async (param, fields) => {
    const response = await ask(chatRequest(fields))
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error).toMatchObject({ param, code: 'invalid_request', type: 'invalid_request_error' })
    expect(error.message).toContain(param)
    expect(portal.upstream.requests).toHaveLength(0)
  })

  test.each([0, 2])('[GW-R4] the temperature %d is within bounds', async (temperature) => {
    expect((await ask(chatRequest({ temperature }))).status).toBe(200)
    expect(sentUpstream().temperature).toBe(temperature)
  })

  test.each(['[]', '"x"', '5', 'null', 'true'])('[GW-R3] the body %s is a 400', async (body) => {
    expect((await ask(body)).status).toBe(400)
  })

  test('[GW-R3] an empty body is a 400', async () => {
    expect((await ask('')).status).toBe(400)
  })

  test('[GW-R3] broken JSON is a 400 that says where it breaks', async () => {
    const response = await ask('{"model": "test-model",,}')
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error.code).toBe('invalid_json')
    expect(error.message).toMatch(/position 23/)
  })

  test('[GW-R3] a body that is not UTF-8 is a 400', async () => {
    const body = Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
    const response = await fetch(`${portal.url}/api/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body,
    })
    expect(response.status).toBe(400)
    expect((await errorOf(response)).message).toContain('UTF-8')
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    '[GW-R3] the content type %s is a 415',
    async (type) => {
      expect((await ask(chatRequest(), { 'content-type': type })).status).toBe(415)
    },
  )

  test('[GW-R3] a compressed body is a 415', async () => {
    expect((await ask(chatRequest(), { 'content-encoding': 'gzip' })).status).toBe(415)
  })

  test('[GW-R3] JSON nested without end is a 4xx, and the next request is served', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const response = await ask(
      `{"model":"test-model","messages":[{"role":"user","content":"Hi"}],"x":${deep}}`,
    )
    expect(response.status).toBe(400)
    expect((await ask(chatRequest())).status).toBe(200)
    expect(portal.held()).toEqual({ openLeases: 0, heldTokens: 0 })
  })
})

describe('models and sessions', () => {
  test('[GW-R9] an unknown model is a 404 that names some that exist', async () => {
    const response = await ask(chatRequest({ model: 'gpt-99' }))
    expect(response.status).toBe(404)
    const error = await errorOf(response)
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(error.message).toContain('"test-model"')
  })

  test.each(['__proto__', 'constructor', 'toString', '../test-model'])(
    '[GW-R9] the model %s is unknown',
    async (model) => {
      expect((await ask(chatRequest({ model }))).status).toBe(404)
    },
  )

  test.each([{}, { stream: true }])('[GW-R7] every session id is a 404 %j', async (fields) => {
    const response = await ask(chatRequest({ session_id: 'anything', ...fields }))
    expect(response.status).toBe(404)
    expect(await errorOf(response)).toMatchObject({ code: 'session_not_found', param: 'session_id' })
  })

  test('[GW-R7] session_id is never sent upstream', async () => {
    expect((await ask(chatRequest({ session_id: null }))).status).toBe(200)
    expect(sentUpstream()).not.toHaveProperty('session_id')
  })
})

describe('images', () => {
  const withImage = (url: unknown, type = 'image_url') =>
    chatRequest({ messages: [{ role: 'user', content: [{ type, image_url: { url } }] }] })
  const pixel = 'data:image/png;base64,iVBORw0KGgo='

  test.each([
    'http://127.0.0.1/x.png',
    'http://localhost/x.png',
    'https://example.com/x.png',
    'http://[::1]/x.png',
    'http://[::ffff:127.0.0.1]/x.png',
    'http://[::ffff:7f00:1]/x.png',
    'http://2130706433/x.png',
    'http://0x7f000001/x.png',
    'http://0177.0.0.1/x.png',
    'http://127.1/x.png',
    'http://0/x.png',
    'http://①②⑦.0.0.1/x.png',
    'http://localtest.me/x.png',
    '//127.0.0.1/x.png',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_x',
    'ftp://127.0.0.1/x.png',
    ' data:image/png;base64,AA==',
    'data:text/html,<script>',
    'blob:http://127.0.0.1/x',
    'HTTP://127.0.0.1/x.png',
    '',
  ])('[GW-R8] the image URL %j is a 400 and is never fetched', async (url) => {
    const response = await ask(withImage(url))
    expect(response.status).toBe(400)
    expect(await errorOf(response)).toMatchObject({
      code: 'unsupported_image_url',
      param: 'messages[0].content[0].image_url',
    })
    expect(portal.upstream.requests).toHaveLength(0)
  })

  test.each(['http://127.0.0.1/x.png', { not: 'an url' }, null, 5])(
    '[GW-R8] an image that is %j instead of an object with a url is a 400',
    async (image_url) => {
      const messages = [{ role: 'user', content: [{ type: 'image_url', image_url }] }]
      expect((await ask(chatRequest({ messages }))).status).toBe(400)
    },
  )

  test('[GW-R8] an image under another type is still an image', async () => {
    expect((await ask(withImage('http://127.0.0.1/x.png', 'text'))).status).toBe(400)
  })

  test.each([
    { type: 'video_url', video_url: { url: 'http://169.254.169.254/latest' } },
    { type: 'input_image', image_url: 'https://example.com/x.png' },
    { type: 'audio_url', audio_url: { url: 'file:///etc/passwd' } },
    { type: 'custom', uri: 'gopher://127.0.0.1/' },
  ])('[GW-R8] an address in a part of another kind is a 400 too: %j', async (part) => {
    const response = await ask(chatRequest({ messages: [{ role: 'user', content: [part] }] }))
    expect(response.status).toBe(400)
    expect(await errorOf(response)).toMatchObject({ code: 'unsupported_image_url' })
    expect(portal.upstream.requests).toHaveLength(0)
  })

  test('[GW-R8] a film needs the permission that an image needs', async () => {
    const { secret: key } = await portal.aKey({ permissions: ['chat'] })
    const content = [{ type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } }]
    expect(
      (await portal.post({ key, body: chatRequest({ messages: [{ role: 'user', content }] }) })).status,
    ).toBe(403)
  })

  test('[GW-R8] a data URL reaches the upstream as it came', async () => {
    expect((await ask(withImage(pixel))).status).toBe(200)
    expect(sentUpstream().messages).toEqual([
      { role: 'user', content: [{ type: 'image_url', image_url: { url: pixel } }] },
    ])
  })

  test.each([
    [['chat'], 403, 200],
    [['vision'], 403, 403],
    [['images'], 403, 403],
    [['chat', 'vision'], 200, 200],
  ])('[GW-R8] with the permissions %j an image is a %i, a text a %i', async (permissions, image, text) => {
    const { secret: key } = await portal.aKey({ permissions: permissions as ('chat' | 'vision')[] })
    const withPicture = await portal.post({ key, body: withImage(pixel) })
    expect(withPicture.status).toBe(image)
    if (image === 403) expect((await errorOf(withPicture)).message).toMatch(/"(chat|vision)"/)
    expect((await portal.post({ key, body: chatRequest() })).status).toBe(text)
  })
})

describe('the request decides nothing about where it goes', () => {
  test.each([
    'api_base',
    'base_url',
    'baseURL',
    'api_key',
    'organization',
    'proxy',
    'provider',
    'custom_llm_provider',
    'target',
  ])('[GW-U1] the field %s changes neither host nor key', async (field) => {
    const response = await ask(chatRequest({ [field]: 'http://127.0.0.1:9/evil' }))
    expect(response.status).toBe(200)
    const [request] = portal.upstream.requests
    expect(request?.path).toBe('/v1/chat/completions')
    expect(request?.headers.authorization).toBe('Bearer sk-upstream-secret')
  })

  test('[GW-P5] the client’s own headers and key never reach the upstream', async () => {
    await ask(chatRequest(), { cookie: 'a=b', 'x-forwarded-for': '9.9.9.9', 'x-secret': 'canary' })
    const headers = JSON.stringify(portal.upstream.requests[0]?.headers)
    for (const leaked of [secret, 'canary', '9.9.9.9', 'a=b']) expect(headers).not.toContain(leaked)
  })
})
