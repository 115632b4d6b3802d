import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import {
  completionEndpoints,
  describeApi,
  type Endpoint,
  endpoints,
  newId,
  type RequestId,
  systemEndpoints,
  voiceEndpoints,
} from '@portal/contract'
import { Hono } from 'hono'
import { mountAdministration } from './administration/index.ts'
import { mountAlerts } from './alerts/index.ts'
import { mountActivity } from './audit/index.ts'
import { mountChat } from './chat/index.ts'
import type { Config } from './config.ts'
import { AppError } from './errors.ts'
import { mountFiles } from './files/index.ts'
import {
  dialectBeforeBody,
  type GatewayDeps,
  handleCompletion,
  handleTokenCount,
  type Incoming,
  keepUntilClosed,
} from './gateway/index.ts'
import {
  addressMatcher,
  appErrorFrom,
  applyCors,
  createMount,
  createUpgrades,
  type Gate,
  type HttpEnv,
  isProxied,
  logError,
  methodNotAllowed,
  portalErrorBody,
  readTarget,
  requestFault,
  sendError,
  setSecurityHeaders,
  type Target,
  type Upgrades,
} from './http/index.ts'
import { mountKeys } from './keys/index.ts'
import { mountMailbox, seesMailbox } from './mail/index.ts'
import type { Metrics } from './metrics/index.ts'
import { mountModelAdministration, mountModels } from './models/index.ts'
import { mountOrganisations } from './organisations/index.ts'
import { mountProfiles } from './profile/index.ts'
import { mountRemoteImages } from './remote-images/index.ts'
import type { Services } from './services.ts'
import { mountSignIn } from './sign-in/index.ts'
import { mountStatus } from './status/index.ts'
import { mountUsage } from './usage/index.ts'
import { createTranscribeUpgrade, mountVoice } from './voice/index.ts'

export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => void

/** Tells the client the id of its request, Anthropic's clients where they look for it too. */
function nameRequest({ headers }: IncomingMessage, res: ServerResponse, requestId: RequestId): void {
  res.setHeader('x-request-id', requestId)
  if (headers['anthropic-version'] !== undefined) res.setHeader('request-id', requestId)
}

const pathsOf = ({ path, aliases = [] }: Endpoint): string[] => [path, ...aliases]
type GatewayHandler = (deps: GatewayDeps, incoming: Incoming) => Promise<void>

/** The paths that are answered before the router, which the hot path need not pay for. */
const gatewayHandlers = new Map<string, GatewayHandler>([
  ...pathsOf(completionEndpoints.create).map((path) => [path, handleCompletion] as const),
  ...pathsOf(completionEndpoints.message).map((path) => [path, handleCompletion] as const),
  ...pathsOf(completionEndpoints.countTokens).map((path) => [path, handleTokenCount] as const),
])

/** The whole HTTP surface: security headers and request id first, then the gateway or the API. */
export function createApp(services: Services): RequestHandler {
  const { config, gateway, pages } = services
  const api = getRequestListener(createApi(services).fetch, {
    overrideGlobalObjects: false,
    hostname: 'portal',
  })
  return (req, res) => {
    const requestId = newId('request')
    setSecurityHeaders(res)
    nameRequest(req, res, requestId)
    keepUntilClosed(gateway.openRequests, res)
    const target = targetOf(req)
    const handle = gatewayHandlers.get(target?.path ?? '')
    observe(services, { req, res, requestId, path: target?.path, route: routeOf(target?.path) })
    const fault = requestFault(req, target)
    if (fault) return sendError(res, fault, errorBodyFor(req, target?.path)(fault, requestId))
    // Without a target it was an OPTIONS of the server itself, and is answered.
    if (applyCors(req, res, config.corsOrigins) || !target) return
    if (handle) return void handle(gateway, { req, res, requestId, path: target.path })
    if (pages.sendFile(req, res, target.path)) return
    void api(withoutHost(req, target), res)
  }
}

/** The WebSockets that are offered beside it. */
export const createAppUpgrades = (services: Services): Upgrades =>
  createUpgrades(new Map([[voiceEndpoints.transcribe.path, createTranscribeUpgrade(services)]]), services.log)

/** The shape of errors at a path: the dialect of its clients where they ask, for completions and below /api/v1. */
const errorBodyFor = ({ headers }: IncomingMessage, path = '') =>
  gatewayHandlers.has(path) || path.startsWith('/api/v1/')
    ? dialectBeforeBody({ path, headers }).errorBody
    : portalErrorBody

/** The one decision on what is asked for; completions in their own spelling need no parser. */
const targetOf = ({ url = '' }: IncomingMessage): Target | null =>
  gatewayHandlers.has(url) ? { path: url, url } : readTarget(url)

/** The request as the router gets it: nothing in its URL is the client's but path and query. */
function withoutHost(req: IncomingMessage, { url }: Target): IncomingMessage {
  req.url = url
  delete req.headers.host
  return req
}

const apiPaths = new Set(endpoints.flatMap(pathsOf))

/** What metrics count a request under; what is no path at all is refused by the API. */
function routeOf(path = '/api'): Route {
  if (gatewayHandlers.has(path)) return 'gateway'
  return path.startsWith('/api') || apiPaths.has(path) ? 'api' : 'page'
}

type Route = Parameters<Metrics['answered']>[0]['route']

type Observed = {
  req: IncomingMessage
  res: ServerResponse
  requestId: RequestId
  path: string | undefined
  route: Route
}

/** One line in the log and one count for every answer. */
function observe({ log, metrics, telemetry, gate }: Services, observed: Observed): void {
  const { req, res, requestId, path, route } = observed
  const startedAt = performance.now()
  const { method = '' } = req
  const told = telemetry.begin(requestId, req.headers)
  res.once('close', () => {
    const status = res.headersSent ? res.statusCode : 499
    const ms = performance.now() - startedAt
    metrics.answered({ route, status, seconds: ms / 1000 })
    // Paths of the API and of pages have ids and tokens in them.
    told({ method, route: route === 'gateway' ? (path ?? route) : route, status })
    if (!log.isLevelEnabled('info')) return
    log.info(
      {
        requestId,
        method,
        path,
        status,
        ms: Math.round(ms),
        address: gate.clientAddress(req),
        whole: res.writableFinished,
      },
      'request',
    )
  })
}

function createApi(services: Services): Hono<HttpEnv> {
  const { log, gate, models, keys, pages, signIn, profiles, organisations, auditLog } = services
  const app = new Hono<HttpEnv>({ getPath: ({ url }) => readTarget(url)?.path ?? '' })
  const mount = createMount(app, gate)
  mountSystem(app, services)
  mountModels(mount, models)
  mountModelAdministration(mount, services.modelAdministration)
  mountKeys(mount, keys)
  mountUsage(mount, services.dashboard)
  mountAlerts(mount, services.alerts)
  mountChat(mount, services.chat)
  mountFiles(mount, services.files)
  mountRemoteImages(mount, gate, services.remoteImages)
  mountVoice(mount, services.voice)
  const { clientAddress } = gate
  const forMailbox = { ...services, clientAddress }
  mountSignIn({ app, mount, clientAddress, seesMailbox: (req) => seesMailbox(forMailbox, req) }, signIn)
  mountProfiles({ app, mount, gate }, signIn, profiles)
  mountOrganisations(mount, organisations)
  mountActivity(mount, auditLog)
  const { pageFor } = pages
  mountStatus({ mount, pageFor, countTry: signIn.countTry, publicUrl: services.publicUrl }, services.status)
  mountAdministration(mount, services)
  mountMailbox(app, forMailbox)
  for (const path of apiPaths) {
    app.all(path, () => {
      throw methodNotAllowed(methodsAt(path))
    })
  }
  app.notFound((c) => {
    const { path } = c.req
    const page = pages.pageFor(c.env.incoming, path)
    if (page) return page
    const hint = path.startsWith('/api') ? '' : ' The API begins at /api.'
    const error = new AppError('not_found', { message: `There is nothing at ${path.slice(0, 200)}.${hint}` })
    return c.json(errorBodyFor(c.env.incoming, path)(error, requestIdOf(c.env)), 404)
  })
  app.onError((cause, c) => {
    const error = appErrorFrom(cause)
    const requestId = requestIdOf(c.env)
    logError(log, requestId, error)
    const body = errorBodyFor(c.env.incoming, c.req.path)(error, requestId)
    return Response.json(body, { status: error.status, headers: error.headers })
  })
  return app
}

/** Every route that is mounted, as `POST /api/keys`; `ALL` where a path answers every other method. */
export const mountedRoutes = (services: Services): string[] => [
  ...[...gatewayHandlers.keys()].map((path) => `POST ${path}`),
  ...createApi(services).routes.map(({ method, path }) => `${method} ${path}`),
]

const requestIdOf = ({ outgoing }: HttpEnv['Bindings']): string => String(outgoing.getHeader('x-request-id'))

function methodsAt(path: string): string[] {
  const offered = endpoints.filter((endpoint) => pathsOf(endpoint).includes(path))
  return offered.map(({ method }) => method)
}

/** Health, readiness, metrics and the description of the API. */
function mountSystem(app: Hono<HttpEnv>, { config, gate, metrics, readiness }: Services): void {
  const mount = createMount(app, gate)
  mount(systemEndpoints.health, async () => ({ status: 'ok' as const }))
  mount(systemEndpoints.ready, async () => {
    await readiness()
    return { status: 'ready' as const }
  })
  mount(systemEndpoints.index, async () => ({
    name: 'LLM Portal',
    description: 'GET /api/openapi.json describes this API; GET /api/models lists the models.',
  }))
  mount(systemEndpoints.openapi, async () => describedApi())
  const isScraper = scraperTest(config, gate.clientAddress)
  app.on(systemEndpoints.metrics.method, systemEndpoints.metrics.path, async (c) => {
    if (!isScraper(c.env.incoming)) throw new AppError('not_found')
    return c.text(await metrics.text(), 200, { 'content-type': systemEndpoints.metrics.mediaType ?? '' })
  })
}

let description: ReturnType<typeof describeApi> | null = null

/** Made when somebody first asks for it: it takes longer than the rest of a start. */
function describedApi() {
  description ??= describeApi()
  return { ...description, openapi: '3.1.0' as const }
}

/** Tells who may read the metrics: by address, unless a proxy stands before it and does not say whose it is. */
function scraperTest({ metricsNetworks, trustedProxies }: Config, clientAddress: Gate['clientAddress']) {
  const mayScrape = addressMatcher(metricsNetworks)
  return (req: IncomingMessage): boolean => {
    const isNamed = trustedProxies.length > 0 && req.headers['x-forwarded-for'] !== undefined
    return (!isProxied(req) || isNamed) && mayScrape(clientAddress(req))
  }
}
