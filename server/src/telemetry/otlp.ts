// OpenTelemetry by OTLP over HTTP. Loaded only where it is asked for.
import type { IncomingHttpHeaders } from 'node:http'
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, ValueType } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Upstream } from '../ledger/index.ts'
import { durationBuckets, firstTokenBuckets, tokenBuckets } from './buckets.ts'
import type { ModelCall } from './model-call.ts'

/** Where telemetry goes: the base of `/v1/traces` and `/v1/metrics`, and headers such as a collector's key. */
export type OtlpSettings = { endpoint: string; headers: Record<string, string>; serviceName: string }

/** A request over HTTP, as its span tells it. */
export type HttpAnswer = { method: string; route: string; status: number }

export type Otlp = {
  /** Begins the span of a request, under that of its client where it names one; gives what ends it. */
  begin(requestId: string, headers: IncomingHttpHeaders): (answer: HttpAnswer) => void
  called(call: ModelCall): void
  /** Sends what is left. */
  close(): Promise<void>
}

const scope = 'llm-portal'
const exportEveryMs = 15_000
/** Requests whose calls may still be told of: a call is settled shortly after its client has left. */
const rememberedMax = 10_000
const propagator = new W3CTraceContextPropagator()
const headerGetter = {
  keys: (headers: IncomingHttpHeaders) => Object.keys(headers),
  get: (headers: IncomingHttpHeaders, name: string) => headers[name],
}

/** Builds it; it connects with the first export, and what cannot be sent is dropped. */
export function createOtlp({ endpoint, headers, serviceName }: OtlpSettings): Otlp {
  const resource = resourceFromAttributes({ 'service.name': serviceName })
  const at = (signal: string) => ({ url: `${endpoint}/v1/${signal}`, headers })
  const spans = new BatchSpanProcessor({ exporter: new OTLPTraceExporter(at('traces')) })
  const traces = new TracerProvider({
    resource,
    // Whoever hands a trace on has decided whether it is kept.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [spans],
  })
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(at('metrics')),
    exportIntervalMillis: exportEveryMs,
  })
  const meters = new MeterProvider({ resource, readers: [reader] })
  const tracer = traces.getTracer(scope)
  const measure = measuresOf(meters)
  const parents = new Map<string, Context>()
  return {
    begin(requestId, clientHeaders) {
      const client = propagator.extract(ROOT_CONTEXT, clientHeaders, headerGetter)
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, client)
      remember(parents, requestId, trace.setSpan(client, span))
      return ({ method, route, status }) => {
        span.updateName(`${method} ${route}`)
        span.setAttributes({
          ...{ 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
          'portal.request.id': requestId,
        })
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      }
    },
    called(call) {
      measure(call)
      const { labels, requestId, startedAt, seconds } = call
      const name = `${labels['gen_ai.operation.name']} ${labels['gen_ai.request.model']}`
      const span = tracer.startSpan(
        name,
        { kind: SpanKind.CLIENT, startTime: startedAt, attributes: attributesOf(call) },
        parents.get(requestId) ?? ROOT_CONTEXT,
      )
      parents.delete(requestId)
      const errorType = labels['error.type']
      if (errorType) span.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
      span.end(startedAt + seconds * 1000)
    },
    async close() {
      await Promise.allSettled([traces.shutdown(), meters.shutdown()])
    },
  }
}

function remember(parents: Map<string, Context>, requestId: string, context: Context): void {
  parents.set(requestId, context)
  const [oldest] = parents.keys()
  if (parents.size > rememberedMax && oldest !== undefined) parents.delete(oldest)
}

const attributesOf = ({ labels, upstream, ...call }: ModelCall) => ({
  ...labels,
  ...(call.streamed && { 'gen_ai.request.stream': true }),
  'gen_ai.usage.input_tokens': call.inputTokens,
  'gen_ai.usage.cache_read.input_tokens': call.cachedTokens,
  'gen_ai.usage.output_tokens': call.outputTokens,
  ...(upstream && attributesOfUpstream(upstream)),
  'portal.request.id': call.requestId,
})

/** Words of servers, which could be of any length. */
const short = (word: string): string => word.slice(0, 100)

const attributesOfUpstream = ({ model, finishReasons, server }: Upstream) => ({
  ...(model !== null && { 'gen_ai.response.model': short(model) }),
  ...(finishReasons.length > 0 && { 'gen_ai.response.finish_reasons': finishReasons.map(short) }),
  ...(server && { 'server.address': server.address, 'server.port': server.port }),
})

function measuresOf(meters: MeterProvider): (call: ModelCall) => void {
  const meter = meters.getMeter(scope)
  const histogram = (name: string, unit: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries } })
  const duration = histogram('gen_ai.client.operation.duration', 's', durationBuckets)
  const firstChunk = histogram('gen_ai.client.operation.time_to_first_chunk', 's', firstTokenBuckets)
  const tokens = histogram('gen_ai.client.token.usage', '{token}', tokenBuckets)
  const cost = meter.createCounter('portal.cost.microusd', { valueType: ValueType.INT })
  return ({ labels, ...call }) => {
    duration.record(call.seconds, labels)
    if (call.firstTokenSeconds !== null) firstChunk.record(call.firstTokenSeconds, labels)
    tokens.record(call.inputTokens, { ...labels, 'gen_ai.token.type': 'input' })
    tokens.record(call.outputTokens, { ...labels, 'gen_ai.token.type': 'output' })
    cost.add(call.costMicrousd, labels)
  }
}
