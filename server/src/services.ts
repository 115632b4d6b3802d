import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { microusd } from '@portal/contract'
import { createDemoModel, createMailbox, loadDocuments } from '@portal/sandbox'
import { type Accounts, createAccounts } from './accounts/index.ts'
import { createInProcessAdmission } from './admission/index.ts'
import { type AuditLog, createAuditLog } from './audit/index.ts'
import type { Config } from './config.ts'
import { acquireProcessLock, type Database, migrate, openDatabase, type ProcessLock } from './db/index.ts'
import { AppError } from './errors.ts'
import { createEvents, type Events } from './events/index.ts'
import { createBreaker, createOpenRequests, exposeGauges, type GatewayDeps } from './gateway/index.ts'
import {
  clientAddressReader,
  createAuthenticate,
  createCookies,
  createOriginCheck,
  type Gate,
} from './http/index.ts'
import { createJobs, type Jobs } from './jobs/index.ts'
import { createKeys, createKeyUses, createPrincipals, type Keys, type Principals } from './keys/index.ts'
import { createLedger, createUsageReader } from './ledger/index.ts'
import { createLog, type Log } from './log/index.ts'
import { createMail, createSmtpTransport, type Mailbox, type MailService } from './mail/index.ts'
import { createMetrics, type Metrics } from './metrics/index.ts'
import { createModels, type ModelEntry, type Models } from './models/index.ts'
import { createGithub, createGoogle } from './oauth/index.ts'
import { createOrganisationService, type OrganisationService } from './organisations/index.ts'
import { openPages, type Pages } from './pages/index.ts'
import { createProfiles, type Profiles } from './profile/index.ts'
import { createInProcessTransport, createOpenAiProvider } from './providers/index.ts'
import { createSecrets, portalSecret } from './secrets/index.ts'
import { createSessions, type Sessions } from './sessions/index.ts'
import { createSignIn, type SignIn, type SignInDeps } from './sign-in/index.ts'
import { createThrottles } from './throttle/index.ts'
import { createTokenCounter } from './tokens/index.ts'
import { createUsage } from './usage/index.ts'

/** Everything the portal is made of. */
export type Services = {
  config: Config
  log: Log
  metrics: Metrics
  accounts: Accounts
  keys: Keys
  models: Models
  jobs: Jobs
  sessions: Sessions
  signIn: SignIn
  profiles: Profiles
  organisations: OrganisationService
  auditLog: AuditLog
  mail: MailService
  /** What stands in for a mail server; null where there is one. */
  mailbox: Mailbox | null
  /** Whether a request comes from somebody who may see what operators see. */
  isAdministrator: (req: IncomingMessage) => Promise<boolean>
  /** Where links to the portal lead. */
  publicUrl: () => string
  /** Says where the server listens: links lead there unless PUBLIC_URL says otherwise. */
  listensAt: (url: string) => void
  gateway: GatewayDeps
  /** What every route goes through. */
  gate: Gate
  /** The web app. */
  pages: Pages
  /** @throws AppError when this process should get no requests */
  readiness(): Promise<void>
  /** Rejects when, after an outage of the database, another process has claimed it: this one has to end. */
  lost: Promise<never>
  /** Refuses new requests, lets those under way end, then closes everything; resolves when it is safe to exit. */
  close(options: { graceMs: number }): Promise<void>
}

/** Builds every service once, in order. @throws with a sentence when something the portal needs is missing. */
export async function createServices(config: Config): Promise<Services> {
  const log = createLog(config.logLevel)
  // Before the database: what is wrong with the models needs none to be said.
  const models = await createModels({ config, demo: await demoModel(), log })
  const pages = await openPages(webBuildDirectory)
  if (!pages.isBuilt) log.warn('The web app is not built. Run "npm run build", then start again.')
  const storage = await openStorage(config, log)
  try {
    return await assemble({ config, log, models, pages, storage })
  } catch (error) {
    await storage.close()
    throw error
  }
}

/** How long jobs under way may take to end when the process does. */
const jobsGraceMs = 5_000

type Parts = { config: Config; log: Log; models: Models; pages: Pages; storage: Storage }

async function assemble({ config, log, models, pages, storage }: Parts): Promise<Services> {
  const metrics = createMetrics()
  const { db, pool, events } = storage
  const jobs = createJobs({ clientConfig: storage.clientConfig, events, log })
  const { publicUrl, listensAt } = createPublicUrl(config)
  const { transport, mailbox } = mailTransport(config)
  if (config.smtpUrl && !config.publicUrl) {
    log.warn({ publicUrl: publicUrl() }, 'links in mails lead to this machine: set PUBLIC_URL')
  }
  const mail = createMail({ db, jobs, transport, from: config.mailFrom, publicUrl, log })
  const accounts = createAccounts({ db, events, defaultPlan: config.defaultPlan, now: Date.now })
  const keyUses = createKeyUses({ pool, log })
  const principals = createPrincipals({ db, events, keyUses, now: Date.now })
  const keys = createKeys({ db, events, usage: createUsage(db), principals, keyUses, now: Date.now })
  const clientAddress = clientAddressReader(config.trustedProxies)
  const people = assemblePeople({
    ...{ config, log, storage, accounts, keys, jobs, mail, clientAddress },
    publicUrl,
  })
  const gate = createGate({ ...{ config, principals, clientAddress, sessions: people.sessions } })

  const ledger = createLedger({ pool, spillDir: join(config.dataDir, 'spill'), log, exclusive: true })
  await ledger.start()
  keyUses.start()
  await jobs.start()
  const drain = createDrain()
  const gateway: GatewayDeps = {
    authenticate: gate.authenticate,
    models,
    ledger,
    log,
    admission: createInProcessAdmission({ usage: createUsageReader(pool) }),
    tokens: createTokenCounter(),
    breaker: createBreaker(),
    openRequests: createOpenRequests((err) => log.error({ err }, 'an open request could not be looked at')),
    isDraining: drain.isOn,
  }
  exposeGauges(metrics, gateway)

  return {
    ...{ config, log, metrics, accounts, keys, models, pages, gate, gateway, ...people },
    ...{ jobs, mail, mailbox, publicUrl, listensAt },
    lost: storage.lost,
    async readiness() {
      if (drain.isOn()) throw new AppError('draining')
      if (!ledger.available) throw new AppError('unavailable')
      await pool.query('select 1')
    },
    async close({ graceMs }) {
      drain.start()
      await gateway.openRequests.drain(graceMs)
      // Beside one another: after a fault the ledger has little time.
      await Promise.all([ledger.close(), jobs.close({ graceMs: Math.min(graceMs, jobsGraceMs) })])
      await Promise.all([models.close(), gateway.tokens.close(), keyUses.close()])
      await storage.close()
      log.flush()
    },
  }
}

type People = Pick<Parts, 'config' | 'storage' | 'log'> &
  Pick<SignInDeps, 'jobs' | 'mail' | 'publicUrl'> & {
    accounts: Accounts
    keys: Keys
    clientAddress: (req: IncomingMessage) => string
  }

/** Who people are, and how they come in. */
function assemblePeople(parts: People) {
  const { config, log, storage, accounts, keys, jobs, mail, clientAddress, publicUrl } = parts
  const { db, events } = storage
  const now = () => Date.now()
  const { publicUrl: givenUrl } = config
  const cookies = createCookies(givenUrl)
  const secrets = createSecrets(portalSecret({ given: config.portalSecret, dataDir: config.dataDir }))
  const sessions = createSessions({ db, events, secrets, cookies, clientAddress, now })
  const throttles = createThrottles({ db, now })
  const providers = {
    ...(config.google && { google: createGoogle(config.google) }),
    ...(config.github && { github: createGithub(config.github) }),
  }
  const signIn = createSignIn({
    ...{ db, accounts, sessions, throttles, secrets, cookies, mail, jobs, providers, publicUrl, givenUrl },
    ...{ log, now },
  })
  const profiles = createProfiles({
    ...{ db, events, jobs, mail, throttles, credentials: signIn.credentials, now },
  })
  const auditLog = createAuditLog({ db, jobs, now })
  const organisations = createOrganisationService({
    ...{ db, accounts, sessions, keys, auditLog, events, throttles, mail, jobs, now },
  })
  const isAdministrator = async (req: IncomingMessage) => {
    const principal = await sessions.findLiving({ req, setCookie: () => {} })
    return principal?.person?.isAdministrator ?? false
  }
  return { sessions, signIn, profiles, organisations, auditLog, isAdministrator }
}

type Doors = {
  config: Config
  principals: Principals
  sessions: Sessions
  clientAddress: Gate['clientAddress']
}

function createGate({ config, principals, sessions, clientAddress }: Doors): Gate {
  const requireOwnOrigin = createOriginCheck(config.publicUrl)
  const { findBySecret } = principals
  const { findPerson } = sessions
  const authenticate = createAuthenticate({ findBySecret, findPerson, requireOwnOrigin, clientAddress })
  return { authenticate, requireOwnOrigin, clientAddress }
}

/** Where mails go: to the configured server, else to a mailbox in the data folder. */
function mailTransport({ smtpUrl, dataDir }: Config) {
  if (smtpUrl) return { transport: createSmtpTransport({ url: smtpUrl }), mailbox: null }
  const mailbox = createMailbox({ directory: join(dataDir, 'mailbox') })
  return { transport: mailbox, mailbox }
}

function createPublicUrl({ publicUrl, host, port }: Config) {
  let reachable = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    publicUrl: () => publicUrl ?? reachable,
    listensAt: (url: string) => {
      reachable = url
    },
  }
}

type Storage = Pick<Database, 'db' | 'pool' | 'clientConfig'> & {
  events: Events
  lost: Promise<never>
  close(): Promise<void>
}

/** The database, claimed for this process and migrated, and its events. */
async function openStorage(config: Config, log: Log): Promise<Storage> {
  const database = await openDatabase({ url: config.databaseUrl ?? undefined, dataDir: config.dataDir, log })
  const opened: { close(): Promise<void> }[] = []
  const close = async () => {
    await Promise.all(opened.map((each) => each.close()))
    await database.close()
  }
  try {
    // One process on a database until there is Redis: its limits are in memory.
    const lock = await acquireProcessLock(database.clientConfig, log)
    opened.push({ close: () => lock.release() })
    await migrate(database.clientConfig)
    const events = createEvents({ clientConfig: database.clientConfig, log })
    await events.start()
    opened.push(events)
    const { db, pool, clientConfig } = database
    return { db, pool, clientConfig, events, lost: untilLost(lock), close }
  } catch (error) {
    await close()
    throw error
  }
}

function untilLost(lock: ProcessLock): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {}) // whoever does not ask need not know
  lock.onLost(() => reject(new Error('Another portal process has taken over this database.')))
  return promise
}

function createDrain() {
  let isOn = false
  return {
    isOn: () => isOn,
    start: () => {
      isOn = true
    },
  }
}

const webBuildDirectory = fileURLToPath(new URL('../../web/dist', import.meta.url))
const guideDirectory = fileURLToPath(new URL('../../docs/guide', import.meta.url))

/** What a portal without any model offers, under a name and with answers that say what it is. */
async function demoModel(): Promise<ModelEntry> {
  const demo = createDemoModel({ documents: await loadDocuments(guideDirectory) })
  const provider = createOpenAiProvider({
    name: 'demo',
    apiKey: null,
    transport: createInProcessTransport(demo),
  })
  const id = 'Waymore-A1-Instruct-1011'
  return {
    id,
    ownedBy: 'waymore',
    created: 0,
    targets: [{ name: 'demo/demo', provider, model: id, weight: 1 }],
    price: { input: microusd(0), cachedInput: microusd(0), output: microusd(0) },
    contextTokens: 32_768,
    outputTokensMax: 1024,
    capabilities: ['tools', 'vision', 'json'],
    temperatureDefault: 0.7,
    isDemo: true,
    description:
      'The built-in demo model: canned answers for trying the portal out. Connect a real model to replace it.',
  }
}
