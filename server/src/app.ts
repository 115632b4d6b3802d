import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import {
  completionEndpoints,
  describeApi,
  endpoints,
  newId,
  type RequestId,
  systemEndpoints,
} from '@portal/contract'
import { Hono } from 'hono'
import { AppError } from './errors.ts'
import { handleCompletion } from './gateway/index.ts'
import {
  addressMatcher,
  appErrorFrom,
  applyCors,
  createMount,
  type HttpEnv,
  logError,
  portalErrorBody,
  setSecurityHeaders,
} from './http/index.ts'
import { mountKeys } from './keys/index.ts'
import { mountModels } from './models/index.ts'
import type { Services } from './services.ts'

export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => void

const gatewayPaths = new Set([completionEndpoints.create.path, ...(completionEndpoints.create.aliases ?? [])])

/** The whole HTTP surface: security headers and request id first, then the gateway or the API. */
export function createApp(services: Services): RequestHandler {
  const { config, gateway } = services
  const api = getRequestListener(createApi(services).fetch, { overrideGlobalObjects: false })
  return (req, res) => {
    const requestId = newId('request')
    setSecurityHeaders(res)
    res.setHeader('x-request-id', requestId)
    if (applyCors(req, res, config.corsOrigins)) return
    const isGateway = gatewayPaths.has(pathOf(req))
    observe(services, { req, res, requestId, route: isGateway ? 'gateway' : 'api' })
    if (isGateway) void handleCompletion(gateway, { req, res, requestId })
    else void api(req, res)
  }
}

const pathOf = ({ url = '/' }: IncomingMessage): string => {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

type Observed = { req: IncomingMessage; res: ServerResponse; requestId: RequestId; route: 'gateway' | 'api' }

/** One line in the log and one count for every answer. */
function observe({ log, metrics, clientAddress }: Services, { req, res, requestId, route }: Observed): void {
  const startedAt = performance.now()
  const { method } = req
  const path = pathOf(req)
  res.once('close', () => {
    const status = res.headersSent ? res.statusCode : 499
    const ms = performance.now() - startedAt
    metrics.answered({ route, status, seconds: ms / 1000 })
    if (!log.isLevelEnabled('info')) return
    log.info(
      {
        requestId,
        method,
        path,
        status,
        ms: Math.round(ms),
        address: clientAddress(req),
        whole: res.writableFinished,
      },
      'request',
    )
  })
}

function createApi(services: Services): Hono<HttpEnv> {
  const { log, authenticate, models, keys } = services
  const app = new Hono<HttpEnv>()
  const mount = createMount(app, authenticate)
  mountSystem(app, services)
  mountModels(mount, models)
  mountKeys(mount, keys)
  for (const path of new Set(endpoints.flatMap((endpoint) => [endpoint.path, ...(endpoint.aliases ?? [])]))) {
    app.all(path, () => {
      throw methodNotAllowed(path)
    })
  }
  app.notFound((c) => {
    const error = new AppError('not_found', { message: `There is nothing at ${c.req.path.slice(0, 200)}.` })
    return c.json(portalErrorBody(error, requestIdOf(c.env)), 404)
  })
  app.onError((cause, c) => {
    const error = appErrorFrom(cause)
    const requestId = requestIdOf(c.env)
    logError(log, requestId, error)
    return Response.json(portalErrorBody(error, requestId), { status: error.status, headers: error.headers })
  })
  return app
}

const requestIdOf = ({ outgoing }: HttpEnv['Bindings']): string => String(outgoing.getHeader('x-request-id'))

function methodNotAllowed(path: string): AppError {
  const methods = endpoints.filter((endpoint) => endpoint.path === path || endpoint.aliases?.includes(path))
  const allow = methods.map(({ method }) => method).join(', ')
  return new AppError('method_not_allowed', {
    message: `This method is not offered here. Use ${allow}.`,
    headers: { allow },
  })
}

/** Health, readiness, metrics and the description of the API. */
function mountSystem(
  app: Hono<HttpEnv>,
  { config, authenticate, metrics, readiness, clientAddress }: Services,
): void {
  const mount = createMount(app, authenticate)
  mount(systemEndpoints.health, async () => ({ status: 'ok' as const }))
  mount(systemEndpoints.ready, async () => {
    await readiness()
    return { status: 'ready' as const }
  })
  const document = { ...describeApi(), openapi: '3.1.0' as const }
  mount(systemEndpoints.openapi, async () => document)
  const mayScrape = addressMatcher(config.metricsNetworks)
  app.get('/metrics', async (c) => {
    // To everyone else the page does not exist; a proxied request is never the scraper next door.
    const isProxied = c.req.header('x-forwarded-for') !== undefined && config.trustedProxies.length === 0
    if (isProxied || !mayScrape(clientAddress(c.env.incoming))) throw new AppError('not_found')
    return c.text(await metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  })
}
