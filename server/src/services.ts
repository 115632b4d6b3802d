import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { microusd } from '@portal/contract'
import { createDemoModel, createMailbox, loadDocuments } from '@portal/sandbox'
import { type Accounts, createAccounts } from './accounts/index.ts'
import type { Administration } from './administration/index.ts'
import { assembleAdministration } from './administrators.ts'
import { type Alerts, makeDefaultAlert } from './alerts/index.ts'
import { assembleGateway } from './assemble-gateway.ts'
import { assembleStatus } from './assemble-status.ts'
import { assembleTalk } from './assemble-talk.ts'
import type { AuditLog } from './audit/index.ts'
import type { Chat } from './chat/index.ts'
import type { Config } from './config.ts'
import { AppError } from './errors.ts'
import type { Files } from './files/index.ts'
import { type AskModel, askModel, type GatewayDeps } from './gateway/index.ts'
import { clientAddressReader, type Gate } from './http/index.ts'
import { createJobs, type Jobs } from './jobs/index.ts'
import { createKeys, createKeyUses, createPrincipals, type Keys } from './keys/index.ts'
import type { Ledger } from './ledger/index.ts'
import { createLog, type Log } from './log/index.ts'
import { createMail, createSmtpTransport, type Mailbox, type MailService } from './mail/index.ts'
import { createMetrics, type Metrics } from './metrics/index.ts'
import {
  createModelAdministration,
  createModels,
  type ModelAdministration,
  type ModelEntry,
  type ModelRegistry,
  type Models,
} from './models/index.ts'
import { openStorage, type Storage } from './open-storage.ts'
import type { OrganisationService } from './organisations/index.ts'
import { openPages, type Pages } from './pages/index.ts'
import { assemblePeople, createGate } from './people.ts'
import type { Profiles } from './profile/index.ts'
import { createInProcessTransport, createOpenAiProvider } from './providers/index.ts'
import { createPublicUrl } from './public-url.ts'
import type { RemoteImages } from './remote-images/index.ts'
import type { Secrets } from './secrets/index.ts'
import type { Sessions } from './sessions/index.ts'
import type { SignIn } from './sign-in/index.ts'
import type { Status } from './status/index.ts'
import { createSwitches } from './switches/index.ts'
import type { Telemetry } from './telemetry/index.ts'
import { createDashboard, createUsage, type Dashboard, type ProofFound, tendUsage } from './usage/index.ts'
import type { Voice } from './voice/index.ts'

/** Everything the portal is made of. */
export type Services = {
  config: Config
  log: Log
  metrics: Metrics
  telemetry: Telemetry
  accounts: Accounts
  keys: Keys
  models: Models
  modelAdministration: ModelAdministration
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
  dashboard: Dashboard
  administration: Administration
  chat: Chat
  files: Files
  voice: Voice
  remoteImages: RemoteImages
  alerts: Alerts
  status: Status
  /** What every route goes through. */
  gate: Gate
  /** The web app. */
  pages: Pages
  /** @throws AppError when this process should get no requests */
  readiness(): Promise<void>
  /** Rejects when, after an outage of the database, another process has claimed it: this one has to end. */
  lost: Storage['lost']
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
const shortly = (graceMs: number) => ({ graceMs: Math.min(graceMs, 5_000) })

type Parts = { config: Config; log: Log; models: ModelRegistry; pages: Pages; storage: Storage }

async function assemble({ config, log, models, pages, storage }: Parts): Promise<Services> {
  const metrics = createMetrics()
  const { db, pool, events } = storage
  const jobs = createJobs({ clientConfig: storage.clientConfig, events, log })
  const { publicUrl, ownUrl, listensAt } = createPublicUrl(config)
  const { transport, mailbox } = mailTransport(config, log, publicUrl)
  const mail = createMail({ db, jobs, transport, from: config.mailFrom, publicUrl, log })
  const accounts = createAccounts({ db, events, now: Date.now, ...foundingOf(config) })
  const keyUses = createKeyUses({ pool, log })
  const principals = createPrincipals({ db, events, keyUses, now: Date.now })
  const keys = createKeys({ db, events, usage: createUsage(db), principals, keyUses, now: Date.now })
  const clientAddress = clientAddressReader(config.trustedProxies)
  const switches = createSwitches({ db, events })
  const forPeople = { switches, config, log, storage, accounts, keys, jobs, mail, clientAddress, publicUrl }
  const { doors: people, secrets, throttles } = assemblePeople(forPeople)
  const gate = createGate({ config, principals, clientAddress, switches, sessions: people.sessions })

  const drain = createDrain()
  const { evaluator } = people.alerts
  const { gateway, ledger, telemetry } = await assembleGateway({
    ...{ config, storage, metrics, models, log, gate, isDraining: drain.isOn },
    onCommitted: evaluator.touch,
  })
  const modelAdministration = await administer({ models, storage, secrets, log, breaker: gateway.breaker })
  exposeProof(metrics, { db, pool, jobs, log, now: Date.now, monthsKept: config.ledgerMonthsKept })
  const dashboard = createDashboard({ db, now: Date.now, isClosing: drain.isOn })
  const ask: AskModel = (question, listener) => askModel(gateway, question, listener)
  const requireFeature = switches.require
  const talk = await assembleTalk({ ...forPeople, models, throttles, ask, requireFeature })
  const readiness = () => requireReady({ drain, ledger, pool })
  const running = { db, config, events, gateway, jobs, mail, switches, readiness }
  const administrators = assembleAdministration({ ...running, accounts, keys, people, principals })
  const status = assembleStatus({ ...forPeople, ...talk, secrets, throttles, metrics, ownUrl, gateway })
  await ledger.start()
  keyUses.start()
  await jobs.start()
  evaluator.start()

  return {
    ...{ config, log, metrics, accounts, keys, models, pages, gate, gateway, dashboard, ...talk, ...people },
    ...{ jobs, mail, mailbox, publicUrl, listensAt, telemetry, status, modelAdministration },
    ...{ ...administrators, readiness, lost: storage.lost },
    async close({ graceMs }) {
      drain.start()
      await gateway.openRequests.drain(graceMs)
      // Beside one another: after a fault the ledger has little time.
      await ended(log, [status.close(), talk.chat.close(), ledger.close(), jobs.close(shortly(graceMs))])
      await ended(log, [models.close(), talk.files.close(), talk.voice.close(), talk.remoteImages.close()])
      await ended(log, [gateway.tokens.close(), keyUses.close(), evaluator.close(), telemetry.close()])
      await ended(log, [storage.close()])
      log.flush()
    },
  }
}

type AdministeredParts = Pick<Parts, 'models' | 'storage' | 'log'> & {
  secrets: Secrets
  breaker: GatewayDeps['breaker']
}

/** Lets administrators change the models, with what they changed before in force. */
async function administer({ models, storage, secrets, log, breaker }: AdministeredParts) {
  const administration = createModelAdministration({
    ...{ db: storage.db, events: storage.events, secrets, registry: models, log, now: Date.now },
    healthOf: (target) => ({ isOpen: breaker.isOpen(target), ...breaker.recent(target) }),
  })
  await administration.start()
  return administration
}

/** What organisations begin with. */
const foundingOf = ({ defaultPlan }: Config) => ({ defaultPlan, furnish: makeDefaultAlert })

type Asked = { drain: Drain; ledger: Ledger; pool: Storage['pool'] }

async function requireReady({ drain, ledger, pool }: Asked): Promise<void> {
  if (drain.isOn()) throw new AppError('draining')
  if (!ledger.available) throw new AppError('unavailable')
  await pool.query('select 1')
}

/** Has the ledger tended, and says whether its sums were right the last time they were proven; nothing before. */
function exposeProof(metrics: Metrics, nights: Parameters<typeof tendUsage>[0]): void {
  const { proof } = tendUsage(nights)
  const known = (read: (found: ProofFound) => number) => () => {
    const found = proof()
    return found ? read(found) : new Map<string, number>()
  }
  metrics.gauge(
    'portal_ledger_sums_differing',
    'Sums that differ from the ledger.',
    known(({ differences }) => differences),
  )
  metrics.gauge(
    'portal_ledger_sums_checked_seconds',
    'When the sums of the ledger were compared with it, in seconds since 1970.',
    known(({ at }) => Math.round(at / 1000)),
  )
}

function warnOfLinks({ smtpUrl, publicUrl: given }: Config, log: Log, publicUrl: () => string): void {
  if (!smtpUrl || given) return
  log.warn({ publicUrl: publicUrl() }, 'links in mails lead to this machine: set PUBLIC_URL')
}

/** Waits for parts to end: one that cannot, as where the database is away, keeps no other from it. */
async function ended(log: Log, parts: Promise<unknown>[]): Promise<void> {
  for (const end of await Promise.allSettled(parts)) {
    if (end.status === 'rejected') log.error({ err: end.reason }, 'a part of the portal did not end well')
  }
}

/** Where mails go: to the configured server, else to a mailbox in the data folder. */
function mailTransport(config: Config, log: Log, publicUrl: () => string) {
  const { smtpUrl, dataDir } = config
  warnOfLinks(config, log, publicUrl)
  if (smtpUrl) return { transport: createSmtpTransport({ url: smtpUrl }), mailbox: null }
  const mailbox = createMailbox({ directory: join(dataDir, 'mailbox') })
  return { transport: mailbox, mailbox }
}

type Drain = ReturnType<typeof createDrain>

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
    displayName: null,
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
