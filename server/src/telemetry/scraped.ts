import type { Metrics } from '../metrics/index.ts'
import { durationBuckets, firstTokenBuckets, tokenBuckets } from './buckets.ts'
import type { ModelCall } from './model-call.ts'

const labelNames = [
  ...['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'],
  ...['portal_provider', 'error_type'],
]

/** Tells Prometheus of calls, under the names that a collector gives OpenTelemetry's. */
export function tellPrometheus(metrics: Metrics): (call: ModelCall) => void {
  const seconds = metrics.histogram({
    name: 'gen_ai_client_operation_duration_seconds',
    help: 'From a request for a model to the end of its answer.',
    ...{ labelNames, buckets: durationBuckets },
  })
  const firstToken = metrics.histogram({
    name: 'gen_ai_client_operation_time_to_first_chunk_seconds',
    help: 'From a request for a stream to its first content.',
    ...{ labelNames, buckets: firstTokenBuckets },
  })
  const tokens = metrics.histogram({
    name: 'gen_ai_client_token_usage',
    help: 'Tokens of a request, by gen_ai_token_type: input or output.',
    ...{ labelNames: [...labelNames, 'gen_ai_token_type'], buckets: tokenBuckets },
  })
  const cost = metrics.counter({
    name: 'portal_cost_microusd_total',
    help: 'What was charged, in millionths of a US dollar.',
    labelNames,
  })
  return ({ labels, ...call }) => {
    const named = scraped(labels)
    seconds(named, call.seconds)
    if (call.firstTokenSeconds !== null) firstToken(named, call.firstTokenSeconds)
    tokens({ ...named, gen_ai_token_type: 'input' }, call.inputTokens)
    tokens({ ...named, gen_ai_token_type: 'output' }, call.outputTokens)
    cost(named, call.costMicrousd)
  }
}

const scraped = (labels: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name.replaceAll('.', '_'), String(value)]),
  )
