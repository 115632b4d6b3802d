import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { type ClientRequest, createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { chatRequest, chatStream, claudeModel, eventually, type Portal, startPortal } from '../test/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: OTLP's JSON, as it was sent
type Sent = { path: string; authorization: string | undefined; body: any; text: string }

const sent: Sent[] = []
let collector: Server
let cluster: TestCluster
let portal: Portal
let key: string
beforeAll(async () => {
  collector = createServer((req, res) => {
    let text = ''
    req.setEncoding('utf8').on('data', (piece) => {
      text += piece
    })
    req.on('end', () => {
      const { authorization } = req.headers
      sent.push({ path: req.url ?? '', authorization, body: JSON.parse(text), text })
      res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  cluster = await startTestCluster()
  portal = await startPortal({
    cluster,
    models: [{}, claudeModel],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20secret',
      OTEL_SERVICE_NAME: 'our-portal',
    },
  })
  key = (await portal.aKey()).secret
})
afterAll(async () => {
  await portal?.close()
  await cluster?.stop()
  collector?.close()
})

const attributes = (of: { attributes: { key: string; value: Record<string, unknown> }[] }) =>
  Object.fromEntries(of.attributes.map(({ key: name, value }) => [name, Object.values(value)[0]]))

const spans = () =>
  sent
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) =>
      body.resourceSpans[0].scopeSpans.flatMap(({ spans: of }: { spans: unknown[] }) => of),
    )

const spanOf = (requestId: string | null, kind: number) =>
  eventually(() => {
    const found = spans().find(
      (span) => span.kind === kind && attributes(span)['portal.request.id'] === requestId,
    )
    if (!found) throw new Error('It has not been sent yet.')
    return found
  }, 15_000)

const [server, client] = [2, 3]
const clientTrace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

test('[OT1] [OT2] a call is a span below its request’s, below its client’s, by the conventions for generative AI', async () => {
  const traceparent = `00-${clientTrace.traceId}-${clientTrace.spanId}-01`
  const answer = await portal.post({ key, body: chatStream(), headers: { traceparent } })
  await answer.text()
  const id = answer.headers.get('x-request-id')
  const [request, call] = [await spanOf(id, server), await spanOf(id, client)]
  expect(request).toMatchObject({
    ...{ name: 'POST /api/chat/completions', traceId: clientTrace.traceId, parentSpanId: clientTrace.spanId },
  })
  expect(attributes(request)).toMatchObject({ 'http.response.status_code': 200 })
  expect(call).toMatchObject({
    name: 'chat test-model',
    traceId: clientTrace.traceId,
    parentSpanId: request.spanId,
  })
  const [row] = await portal.ledgerRows(`id = '${id}'`)
  expect(attributes(call)).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'test-model',
    'gen_ai.request.stream': true,
    'gen_ai.response.model': 'upstream-model',
    'gen_ai.response.finish_reasons': { values: [{ stringValue: 'stop' }] },
    'gen_ai.usage.input_tokens': Number(row?.input_tokens),
    'gen_ai.usage.cache_read.input_tokens': Number(row?.cached_tokens),
    'gen_ai.usage.output_tokens': Number(row?.output_tokens),
    'portal.provider': 'first',
    'portal.request.id': id,
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(portal.upstream.url).port),
  })
  expect(sent[0]?.authorization).toBe('Bearer secret')
  expect(attributes(sent[0]?.body.resourceSpans[0].resource)).toMatchObject({ 'service.name': 'our-portal' })
}, 30_000)

test('[OT2] [OT3] faults have their type, and nothing of what was said or who asked is told', async () => {
  portal.upstream.enqueue(...Array.from({ length: 3 }, () => ({ kind: 'status', status: 500 }) as const))
  const asked = 'the-secret-of-the-question'
  const failed = await portal.post({
    key,
    body: chatRequest({ messages: [{ role: 'user', content: asked }] }),
  })
  await failed.text()
  const page = await fetch(`${portal.url}/api/shared/a-token-of-a-link?key=${key}`)
  const call = await spanOf(failed.headers.get('x-request-id'), client)
  expect(attributes(call)['error.type']).toBe((await portal.ledgerRows("status <> 'ok'"))[0]?.error_code)
  expect(call.status.code).toBe(2)
  const other = await spanOf(page.headers.get('x-request-id'), server)
  expect(other.name).toBe('GET api')
  const everything = sent.map(({ text }) => text).join('')
  for (const secret of [asked, 'a-token-of-a-link', key, 'example.com'])
    expect(everything).not.toContain(secret)
}, 30_000)

test('[OT5] [OT6] [UC5] a client that leaves is no error, and Anthropic’s API is told by its name', async () => {
  const whole = await portal.post({ key, body: chatRequest({ model: claudeModel.id, max_tokens: 10 }) })
  await whole.text()
  portal.upstream.enqueue({ kind: 'hang', after: 3, text: 'one two three' })
  const leaving = new AbortController()
  const { body, headers } = await portal.post({ key, body: chatStream(), signal: leaving.signal })
  await body?.getReader().read()
  leaving.abort()
  const left = await spanOf(headers.get('x-request-id'), client)
  expect(await portal.ledgerRows("status = 'client_cancelled'")).toHaveLength(1)
  expect(attributes(left)).not.toHaveProperty('error.type')
  expect(left.status.code).toBe(0)
  expect(await (await fetch(`${portal.url}/metrics`)).text()).not.toMatch(/error_type="client/)
  const told = attributes(await spanOf(whole.headers.get('x-request-id'), client))
  expect(told).toMatchObject({
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': claudeModel.id,
    'gen_ai.response.model': 'upstream-claude',
    'gen_ai.response.finish_reasons': { values: [{ stringValue: 'end_turn' }] },
    'portal.provider': 'first-anthropic',
  })
  expect(told).not.toHaveProperty('gen_ai.request.stream')
}, 30_000)

const guide = readFileSync(new URL('../../../docs/guide/monitoring.md', import.meta.url), 'utf8')
const dashboard = readFileSync(new URL('../../../docs/grafana/portal.json', import.meta.url), 'utf8')

test('[OT4] /metrics has every series of the dashboard for Grafana, with what was asked for in them', async () => {
  await (await portal.post({ key, body: chatStream() })).text()
  const text = await (await fetch(`${portal.url}/metrics`)).text()
  const labels =
    'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="test-model",portal_provider="first"'
  const value = (series: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    )
  expect(value(`gen_ai_client_operation_duration_seconds_count{${labels}}`)).toBeGreaterThan(0)
  const rows = await portal.ledgerRows("status in ('ok', 'client_cancelled') and model = 'test-model'")
  const output = rows.reduce((sum, { output_tokens }) => sum + Number(output_tokens), 0)
  await eventually(async () => {
    const series = `gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="output"}`
    expect(value(series)).toBe(output)
  })
  const asked = JSON.parse(dashboard).panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) =>
    targets.map(({ expr }) => expr),
  )
  const used = (pattern: RegExp) => [
    ...new Set([...asked.join('\n').matchAll(pattern)].map(([, name]) => name)),
  ]
  const names = used(/\b((?:gen_ai|portal|process|nodejs)_\w+)(?=[[{)\s]|$)/g).filter(
    (name) => !isLabel(name),
  )
  expect(names.length).toBeGreaterThan(12)
  // Nothing is proven before the first night.
  for (const name of names.filter((each) => each !== 'portal_ledger_sums_differing'))
    expect(text, `${name} is on the dashboard`).toMatch(new RegExp(`^${name}[ {]`, 'm'))
  const usedLabels = [...used(/by \((\w+)\)/g), ...used(/[{,](\w+)[=!]/g)]
  expect(usedLabels.length).toBeGreaterThan(4)
  for (const label of usedLabels) expect(text, `${label} is on the dashboard`).toContain(`${label}="`)
})

const isLabel = (name = '') => /^gen_ai_(operation_name|provider_name|request_model|token_type)$/.test(name)

test('[OT4] the guide names every metric of the portal’s own', async () => {
  const text = await (await fetch(`${portal.url}/metrics`)).text()
  const names = [...text.matchAll(/^# TYPE ((?:portal|gen_ai)_\S+)/gm)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(10)
  const labels = [...text.matchAll(/^gen_ai_\w+\{(.*)\}/gm)].flatMap(([, each = '']) =>
    [...each.matchAll(/(\w+)="/g)].map(([, label]) => label),
  )
  expect(new Set(labels).size).toBeGreaterThan(5)
  const told = spans().filter(({ kind }) => kind === client)
  const attributesTold = told.flatMap((span) => Object.keys(attributes(span)))
  for (const name of new Set([...names, ...labels.filter((label) => label !== 'le'), ...attributesTold]))
    expect(guide).toContain(`\`${name}\``)
})

test('[OT1] it is off unless asked for', async () => {
  const exports: string[] = []
  // Whatever the address: a portal that sends unasked does not know this collector's.
  const hear = (message: unknown) => {
    const { path } = (message as { request: ClientRequest }).request
    if (path.startsWith('/v1/')) exports.push(path)
  }
  subscribe('http.client.request.start', hear)
  const quiet = await startPortal({ cluster })
  await (await quiet.post({ key: (await quiet.aKey()).secret, body: chatRequest() })).text()
  await quiet.close()
  expect(exports).toEqual([])
  await portal.services.telemetry.close()
  expect(exports).toContain('/v1/metrics')
  unsubscribe('http.client.request.start', hear)
})

test('[OT1] [OT2] the metrics are sent, too, with their units, labels and figures', async () => {
  await portal.services.telemetry.close()
  const metrics = sent
    .filter(({ path }) => path === '/v1/metrics')
    .flatMap(({ body }) => body.resourceMetrics[0].scopeMetrics[0].metrics)
  const named = (name: string) => metrics.findLast((metric) => metric.name === name)
  const pointOf = (name: string, more: object = {}) =>
    (named(name)?.histogram ?? named(name)?.sum)?.dataPoints.find(
      (point: Parameters<typeof attributes>[0]) => {
        const labels = { 'gen_ai.request.model': 'test-model', ...more }
        const told = attributes(point)
        return (
          !('error.type' in told) && Object.entries(labels).every(([label, value]) => told[label] === value)
        )
      },
    )
  expect(named('gen_ai.client.operation.duration')).toMatchObject({ unit: 's' })
  const rows = await portal.ledgerRows("status in ('ok', 'client_cancelled') and model = 'test-model'")
  const total = (column: string) => rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0)
  expect(pointOf('gen_ai.client.operation.duration')).toMatchObject({ count: rows.length })
  expect(pointOf('gen_ai.client.operation.time_to_first_chunk').count).toBeGreaterThan(1)
  for (const type of ['input', 'output'])
    expect(pointOf('gen_ai.client.token.usage', { 'gen_ai.token.type': type }).sum).toBe(
      total(`${type}_tokens`),
    )
  const cost = total('input_microusd') + total('cached_microusd') + total('output_microusd')
  expect(pointOf('portal.cost.microusd')).toMatchObject({ asInt: cost })
  for (const { text } of sent.filter(({ path }) => path === '/v1/metrics'))
    for (const secret of ['the-secret-of-the-question', key, 'example.com'])
      expect(text).not.toContain(secret)
})
