// A whole portal in the test's own process: a real port, a real database, scripted upstreams behind it.
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Anthropic } from '@anthropic-ai/sdk'
import { CreateKeyBody } from '@portal/contract'
import { startUpstream } from '@portal/sandbox'
import { OpenAI } from 'openai'
import pg from 'pg'
import { createApp, createAppUpgrades } from '../app.ts'
import { readConfig } from '../config.ts'
import type { OpenRequests } from '../gateway/index.ts'
import { createHttpServer, ownerInPerson, type Principal } from '../http/index.ts'
import { createServices, type Services } from '../services.ts'
import { type ModelSettings, writeModelsFile } from './models-file.ts'
import { watchStream } from './stream-check.ts'

type Upstream = Awaited<ReturnType<typeof startUpstream>>
/** One scripted answer of an upstream. */
export type Behaviour = Parameters<Upstream['enqueue']>[0]

type TestDatabase = { clientConfig: pg.ClientConfig; url: string }
type TestCluster = { createDatabase(): Promise<TestDatabase> }

/** A row of `ledger_requests`; bigint columns as the driver gives them. */
export type LedgerRow = Record<string, unknown> & {
  id: string
  status: string
  error_code: string | null
  input_tokens: bigint
  output_tokens: bigint
  estimated: boolean
}

export type PortalOptions = {
  cluster: TestCluster
  /** A database of its own unless given: a portal started after another on the same one. */
  database?: TestDatabase
  /** What MODELS_FILE lists; `demo` has no file at all. Default: `test-model` at the upstream `first`. */
  models?: readonly ModelSettings[] | 'demo'
  /** Names of the upstreams to start; the first is `upstream`. */
  upstreams?: readonly string[]
  /** Providers that are none of ours: name and base URL. */
  providers?: Record<string, string>
  /** More environment, over the harness's own. */
  env?: Record<string, string>
}

type Plan = 'free' | 'pro' | 'enterprise'
type KeySettings = Partial<Parameters<typeof CreateKeyBody.parse>[0] & Record<string, unknown>> & {
  plan?: Plan
  /** Whose key it is; somebody new unless given. */
  owner?: Principal
  /** A key that has run out. */
  expired?: boolean
}

/** A running portal and what a test does with it. */
export type Portal = {
  url: string
  services: Services
  database: TestDatabase
  /** A way to the database apart from the portal's own. */
  pool: pg.Pool
  server: Server
  /** The first of the upstreams. */
  upstream: Upstream
  upstreamNamed(name: string): Upstream
  /** Tells every open request that so many milliseconds have gone by. */
  tick(aheadMs: number): void
  /** What was wrong with streams the portal sent; `close` throws when any is left. */
  streamFaults: string[]
  /** Settled rows in order of arrival; `where` is SQL. */
  ledgerRows(where?: string): Promise<LedgerRow[]>
  close(): Promise<void>
} & ReturnType<typeof factories> &
  ReturnType<typeof callers>

/** Starts a portal; `close` ends everything it started but the cluster. */
export async function startPortal(options: PortalOptions): Promise<Portal> {
  const folder = mkdtempSync('/tmp/portal-app-')
  const database = options.database ?? (await options.cluster.createDatabase())
  const upstreams = await startUpstreams(options.upstreams ?? ['first'])
  const services = await createServices(configOf(options, { folder, database, upstreams }))
  const ticking = createTicking(services.gateway.openRequests)
  const ticked = { ...services, gateway: { ...services.gateway, openRequests: ticking.openRequests } }
  const app = createApp(ticked)
  const streamFaults: string[] = []
  const watched: RequestListener = (req, res) => {
    watchStream(res, streamFaults)
    app(req, res)
  }
  const server = createHttpServer(watched, services.log, createAppUpgrades(ticked))
  const url = await listen(server)
  services.listensAt(url)
  const pool = new pg.Pool({ ...database.clientConfig, max: 2 })
  pool.on('error', () => {})
  const upstreamNamed = (name: string): Upstream => {
    const found = upstreams.get(name)
    if (!found) throw new Error(`There is no upstream ${name}.`)
    return found
  }
  return {
    url,
    services,
    database,
    pool,
    server,
    upstreamNamed,
    upstream: upstreamNamed([...upstreams.keys()][0] ?? ''),
    tick: ticking.tick,
    streamFaults,
    ...factories(services, pool),
    ...callers(url, services),
    ledgerRows: (where = 'true') => ledgerRows(pool, where),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await services.close({ graceMs: 0 })
      await Promise.all([pool.end(), ...[...upstreams.values()].map((upstream) => upstream.close())])
      await rm(folder, { recursive: true, force: true })
      if (streamFaults.length > 0) throw new Error(streamFaults.join('\n\n'))
    },
  }
}

async function startUpstreams(names: readonly string[]): Promise<Map<string, Upstream>> {
  const started = await Promise.all(names.map(() => startUpstream({ unknownFields: 'accept' })))
  return new Map(started.map((upstream, i) => [names[i] ?? '', upstream]))
}

function configOf(
  { models = [{}], providers = {}, env }: PortalOptions,
  at: { folder: string; database: TestDatabase; upstreams: Map<string, Upstream> },
) {
  const ours = Object.fromEntries([...at.upstreams].map(([name, { url }]) => [name, url]))
  const file =
    models === 'demo'
      ? {}
      : { MODELS_FILE: writeModelsFile(at.folder, { providers: { ...ours, ...providers }, models }) }
  return readConfig({
    DATABASE_URL: at.database.url,
    DATA_DIR: join(at.folder, 'data'),
    LOCAL_MODELS: 'off',
    LOCAL_SPEECH: 'off',
    LOG_LEVEL: 'silent',
    ...file,
    ...env,
  })
}

/** The gateway's open requests, with a clock that tests can push. */
function createTicking(real: OpenRequests) {
  const open = new Set<Parameters<OpenRequests['add']>[0]>()
  const openRequests: OpenRequests = {
    add(request) {
      open.add(request)
      real.add(request)
    },
    remove(request) {
      open.delete(request)
      real.remove(request)
    },
    get size() {
      return real.size
    },
    drain: (graceMs) => real.drain(graceMs),
  }
  const tick = (aheadMs: number) => {
    for (const request of open) request.tick(performance.now() + aheadMs)
  }
  return { openRequests, tick }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function factories({ accounts, keys }: Services, pool: pg.Pool) {
  let people = 0
  /** Somebody with an organisation of their own on the plan. */
  const aUser = async ({ plan = 'enterprise' }: { plan?: Plan } = {}): Promise<Principal> => {
    const email = `owner${++people}@example.com`
    const { user, organisation } = await accounts.createUser({ email, password: 'SecureP@ssw0rd!', plan })
    const entitlements = await accounts.entitlementsOf(organisation.id)
    return {
      userId: user.id,
      organisationId: organisation.id,
      entitlements,
      key: null,
      person: ownerInPerson,
    }
  }
  /** A key's secret and id; limits and rights as `POST /api/keys` takes them. */
  const aKey = async ({ plan, owner, expired = false, ...settings }: KeySettings = {}) => {
    const principal = owner ?? (await aUser(plan ? { plan } : {}))
    const created = await keys.createKey(principal, CreateKeyBody.parse({ name: 'Test key', ...settings }))
    if (expired)
      await pool.query(`update api_keys set expires_at = now() - interval '1 s' where id = $1`, [created.id])
    return { secret: created.key, id: created.id, owner: principal }
  }
  return { aUser, aKey }
}

type Ask = {
  key?: string
  body?: unknown
  headers?: Record<string, string>
  path?: string
  signal?: AbortSignal
}

function callers(url: string, { gateway }: Services) {
  return {
    /** Posts a completion as plain HTTP; a string body goes as it is. */
    post: ({ key, body, headers, path = '/api/chat/completions', signal }: Ask) =>
      fetch(url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key && { authorization: `Bearer ${key}` }),
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal && { signal }),
      }),
    /** The official client, without retries of its own unless asked. */
    client: (apiKey: string, settings: Partial<ConstructorParameters<typeof OpenAI>[0]> = {}) =>
      new OpenAI({ apiKey, baseURL: `${url}/api/v1`, maxRetries: 0, ...settings }),
    /** Anthropic's official client, likewise. */
    anthropic: (apiKey: string, settings: Partial<ConstructorParameters<typeof Anthropic>[0]> = {}) =>
      new Anthropic({ apiKey, baseURL: `${url}/api`, maxRetries: 0, ...settings }),
    /** Places and tokens held now. */
    held: () => gateway.admission.stats(),
  }
}

async function ledgerRows(pool: pg.Pool, where: string): Promise<LedgerRow[]> {
  const { rows } = await pool.query(
    `select * from ledger_requests where ${where} order by started_at, id, correction`,
  )
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => /_(tokens|microusd)$/.test(name))
        .map(([name, value]) => [name, value === null ? null : BigInt(String(value))]),
    ),
  }))
}
