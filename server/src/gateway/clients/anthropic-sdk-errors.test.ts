// What Anthropic's official client makes of the portal's errors.
import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from 'vitest'
import { connect, own, redirected } from './test-anthropic.ts'
import { usePortals } from './test-setup.ts'

const { portal, secret } = usePortals()

const user = (content: string) => [{ role: 'user' as const, content }]

describe.each([own, redirected])('[E-01] errors arrive as the client’s own classes, $way', ({ toPath }) => {
  type ApiError = InstanceType<typeof Anthropic.APIError>
  type Asked = { key?: string; model?: string; body?: object }
  const ask = ({ key = secret(), model = 'claude-model', body = {} }: Asked) =>
    connect({ portal, secret: () => key }, toPath)
      .client.messages.create({ model, max_tokens: 100, messages: user('Hi'), ...body })
      .then(
        () => null,
        (error: ApiError) => error,
      )

  test.each([
    {
      name: 'AuthenticationError',
      type: 'authentication_error',
      status: 401,
      asked: { key: 'sk-live-wrong' },
    },
    { name: 'NotFoundError', type: 'not_found_error', status: 404, asked: { model: 'nope' } },
    {
      name: 'BadRequestError',
      type: 'invalid_request_error',
      status: 400,
      asked: { body: { temperature: 'hot' } },
    },
    {
      name: 'BadRequestError',
      type: 'invalid_request_error',
      status: 400,
      asked: { body: { messages: [] } },
    },
  ] as const)('$name for $asked', async ({ name, type, status, asked }) => {
    for (const model of ['test-model', 'claude-model']) {
      const error = await ask({ model, ...asked })
      expect(error).toBeInstanceOf(Anthropic[name])
      expect(error).toMatchObject({ status, type, requestID: expect.stringMatching(/^req_/) })
      expect(error?.error).toMatchObject({
        type: 'error',
        error: { type, message: expect.stringMatching(/./) },
        request_id: error?.requestID,
      })
    }
  })

  test('PermissionDeniedError for a key without the permission', async () => {
    const { secret: key } = await portal().aKey({ permissions: ['images'] })
    const error = await ask({ key })
    expect(error).toBeInstanceOf(Anthropic.PermissionDeniedError)
    expect(error?.type).toBe('permission_error')
  })

  test('RateLimitError says which limit, and when to come again', async () => {
    const { secret: key } = await portal().aKey({ rpmLimit: 1 })
    expect(await ask({ key })).toBeNull()
    const error = await ask({ key })
    expect(error).toBeInstanceOf(Anthropic.RateLimitError)
    expect(error).toMatchObject({ type: 'rate_limit_error', requestID: expect.stringMatching(/^req_/) })
    expect(error?.apiMessage).toMatch(/1/)
    expect(Number(error?.headers?.get('retry-after'))).toBeGreaterThan(50)
  })

  test('[GW-L4] the client does not try again where that cannot help', async () => {
    const { secret: key } = await portal().aKey({ dailyLimit: 1 })
    let calls = 0
    const client = portal().anthropic(key, {
      maxRetries: 2,
      fetch: (url, init) => {
        calls++
        return fetch(url, init)
      },
    })
    const asked = { model: 'claude-model', max_tokens: 100, messages: user('one two three') }
    await expect(client.messages.create(asked)).rejects.toBeInstanceOf(Anthropic.RateLimitError)
    expect(calls).toBe(1)
  })

  test.each([
    [500, 'InternalServerError', 'api_error'],
    [529, 'OverloadedError', 'overloaded_error'],
  ] as const)('[E-07] an upstream that keeps answering %i is an %s', async (status, name, type) => {
    portal().upstream.setDefault({ kind: 'status', status })
    for (const model of ['test-model', 'claude-model']) {
      const error = await ask({ model })
      expect(error).toBeInstanceOf(Anthropic[name])
      expect(error?.type).toBe(type)
    }
  })
})
