import { z } from 'zod'
import { endpoint } from './endpoint.ts'

const tag = 'System'

export const systemEndpoints = {
  health: endpoint({
    method: 'GET',
    path: '/healthz',
    tag,
    summary: 'Whether the process is alive.',
    scope: 'public',
    output: z.object({ status: z.literal('ok') }),
    status: 200,
    errors: [],
  }),
  ready: endpoint({
    method: 'GET',
    path: '/readyz',
    tag,
    summary: 'Whether this server takes requests now: its database answers and it is not shutting down.',
    scope: 'public',
    output: z.object({ status: z.literal('ready') }),
    status: 200,
    errors: ['unavailable', 'draining'],
  }),
  index: endpoint({
    method: 'GET',
    path: '/api',
    aliases: ['/api/v1'],
    tag,
    summary: 'What is here. Clients ask their base URL whether it is there.',
    scope: 'public',
    output: z.object({ name: z.string(), description: z.string() }),
    status: 200,
    errors: [],
  }),
  openapi: endpoint({
    method: 'GET',
    path: '/api/openapi.json',
    tag,
    summary: 'This description of the API, as OpenAPI 3.1.',
    scope: 'public',
    output: z.looseObject({ openapi: z.literal('3.1.0') }),
    status: 200,
    errors: [],
  }),
  metrics: endpoint({
    method: 'GET',
    path: '/metrics',
    tag,
    summary: 'Metrics for Prometheus, for the networks in METRICS_NETWORKS; a 404 for everyone else.',
    scope: 'public',
    output: z.string(),
    mediaType: 'text/plain; version=0.0.4; charset=utf-8',
    status: 200,
    errors: ['not_found'],
  }),
}
