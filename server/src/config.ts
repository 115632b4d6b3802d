import { resolve } from 'node:path'
import type { z } from 'zod'
import { Environment, openAiUrl } from './environment.ts'
import { isLocalName } from './http/index.ts'
import type { Sender } from './mail/index.ts'
import type { S3Settings } from './storage/index.ts'
import type { OtlpSettings } from './telemetry/index.ts'

type OAuthSettings = { clientId: string; clientSecret: string; baseUrl: string }

/** The settings of one process, checked and frozen. */
export type Config = Readonly<{
  host: string
  port: number
  publicUrl: string | null
  /** Whether `publicUrl` says that people come from other machines. */
  isPublic: boolean
  corsOrigins: readonly string[]
  trustedProxies: readonly string[]
  dataDir: string
  databaseUrl: string | null
  portalSecret: string | null
  /** Other sites that people may sign in with. */
  google: OAuthSettings | null
  github: OAuthSettings | null
  defaultPlan: 'free' | 'pro' | 'enterprise'
  /** Where files go; null is a folder. */
  s3: S3Settings | null
  modelsFile: string | null
  /** Vendors of models there is a key for. */
  vendors: readonly { kind: 'openai' | 'anthropic'; apiKey: string; baseUrl: string }[]
  localModels: boolean
  /** The server that turns speech into text. */
  transcription: { baseUrl: string; apiKey: string | null; model: string } | null
  localSpeech: boolean
  /** The mail server; null where mails stay in the sandbox mailbox. */
  smtpUrl: string | null
  mailFrom: Sender
  metricsNetworks: readonly string[]
  /** Where OpenTelemetry goes; null for nowhere. */
  otlp: OtlpSettings | null
  /** Where pictures in answers may be loaded from beside the public internet. */
  pictureNetworks: readonly string[]
  /** Where webhooks and messages to Slack may go beside the public internet. */
  webhookNetworks: readonly string[]
  /** What stands in for Slack; null is Slack. */
  slackBase: string | null
  /** The API key that pays for the status page's calls of models; null makes none. */
  statusApiKey: string | null
  /** How many whole months of single requests are kept; null is all. */
  ledgerMonthsKept: number | null
  logLevel: Environment['LOG_LEVEL']
  /** For `env:NAME` references in MODELS_FILE. */
  environment: Readonly<Record<string, string | undefined>>
}>

/** Thrown with every problem of the environment at once, one a line. */
export class ConfigError extends Error {}

/** Reads the environment. @throws {ConfigError} naming every variable that is wrong. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()))
  const parsed = Environment.safeParse(given, { reportInput: true })
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(problem).join('\n'))
  const env = parsed.data
  const isPublic = env.PUBLIC_URL !== undefined && !isLocalName(new URL(env.PUBLIC_URL).hostname)
  checkTogether(env)
  return Object.freeze({
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    isPublic,
    corsOrigins: env.CORS_ORIGINS,
    trustedProxies: env.TRUST_PROXY,
    dataDir: resolve(env.DATA_DIR),
    databaseUrl: env.DATABASE_URL ?? null,
    portalSecret: env.PORTAL_SECRET ?? null,
    google: oauthSettings(env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET, env.GOOGLE_BASE_URL),
    github: oauthSettings(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET, env.GITHUB_BASE_URL),
    defaultPlan: env.DEFAULT_PLAN,
    s3: s3Settings(env),
    modelsFile: env.MODELS_FILE ? resolve(env.MODELS_FILE) : null,
    vendors: vendorsOf(env),
    localModels: env.LOCAL_MODELS === 'on',
    transcription: transcriptionOf(env),
    localSpeech: env.LOCAL_SPEECH === 'on',
    smtpUrl: env.SMTP_URL ?? null,
    mailFrom: env.MAIL_FROM ?? { name: 'LLM Portal', address: 'portal@localhost' },
    // A proxy on this machine comes from the same address as whoever else is there.
    pictureNetworks: env.PICTURE_NETWORKS,
    webhookNetworks: env.WEBHOOK_NETWORKS,
    ...optional(env),
    metricsNetworks: env.METRICS_NETWORKS ?? (isPublic ? [] : ['127.0.0.0/8', '::1/128']),
    otlp: otlpSettings(env),
    logLevel: env.LOG_LEVEL,
    environment: given,
  })
}

/** @throws {ConfigError} where something is given without what belongs to it */
function checkTogether(env: Environment): void {
  if (env.SMTP_URL && !env.MAIL_FROM) {
    throw new ConfigError('MAIL_FROM must be given with SMTP_URL, e.g. LLM Portal <portal@example.com>.')
  }
  if (!env.S3_ACCESS_KEY_ID !== !env.S3_SECRET_ACCESS_KEY) {
    throw new ConfigError('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be given together.')
  }
}

/** Both halves of a client, or null. */
const oauthSettings = (clientId = '', clientSecret = '', baseUrl: string): OAuthSettings | null =>
  clientId && clientSecret ? { clientId, clientSecret, baseUrl } : null

const optional = (env: Environment) => ({
  slackBase: env.SLACK_API_BASE ?? null,
  statusApiKey: env.STATUS_API_KEY ?? null,
  ledgerMonthsKept: env.LEDGER_MONTHS_KEPT ?? null,
})

function otlpSettings(env: Environment): OtlpSettings | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = env
  if (!endpoint) return null
  return { endpoint: endpoint.replace(/\/+$/, ''), headers, serviceName: env.OTEL_SERVICE_NAME }
}

function s3Settings(env: Environment): S3Settings | null {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!env.S3_BUCKET) return null
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : null
  return { bucket: env.S3_BUCKET, region: env.S3_REGION, endpoint: env.S3_ENDPOINT ?? null, credentials }
}

const vendorsOf = (env: Environment): Config['vendors'] =>
  [
    { kind: 'openai' as const, apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL },
    { kind: 'anthropic' as const, apiKey: env.ANTHROPIC_API_KEY, baseUrl: env.ANTHROPIC_BASE_URL },
  ].flatMap(({ apiKey, ...vendor }) => (apiKey ? [{ ...vendor, apiKey }] : []))

/** Where speech goes. OpenAI's key goes to OpenAI alone: what else OPENAI_BASE_URL names may know no speech. */
function transcriptionOf(env: Environment): Config['transcription'] {
  const { TRANSCRIPTION_BASE_URL: given, TRANSCRIPTION_API_KEY: ownKey, TRANSCRIPTION_MODEL: model } = env
  if (given) return { baseUrl: given, apiKey: ownKey ?? null, model }
  const apiKey = ownKey ?? (env.OPENAI_BASE_URL === openAiUrl ? env.OPENAI_API_KEY : undefined)
  return apiKey ? { baseUrl: openAiUrl, apiKey, model } : null
}

const problem = ({ path: [name], message, input }: z.core.$ZodIssue): string =>
  `${String(name)} ${message}${mayHoldSecret.has(String(name)) ? '' : given(input)}.`

// Where a key or a password may stand, if only by mistake.
const mayHoldSecret = new Set([
  'TRANSCRIPTION_BASE_URL',
  'PORTAL_SECRET',
  'DATABASE_URL',
  'SMTP_URL',
  'OPENAI_BASE_URL',
  'ANTHROPIC_BASE_URL',
])

function given(input: unknown): string {
  const value = String(input)
  return value.length > 60 || /[@?#]/.test(value) ? '' : `; you gave "${value}"`
}
