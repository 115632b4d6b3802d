import { resolve } from 'node:path'
import { z } from 'zod'

const text = z.string().trim().min(1)
const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

const networks = z.array(
  z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'Expected IP addresses or CIDR ranges.'),
)

/** The environment, as operators write it. Empty values count as not given. */
const Environment = z.object({
  HOST: text.default('127.0.0.1').describe('Address to listen on.'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(3000)
    .describe('Port to listen on; 0 picks a free one.'),
  PUBLIC_URL: z.url().optional().describe('Where people reach the portal, e.g. https://portal.example.com.'),
  CORS_ORIGINS: list
    .default([])
    .describe('Origins whose pages may call the API, separated by commas. Closed unless given.'),
  TRUST_PROXY: list
    .pipe(networks)
    .default([])
    .describe('Networks of your reverse proxies (CIDR, commas). Only they may name the client’s address.'),
  DATA_DIR: text.default('data').describe('Where the embedded database and spilled ledger rows live.'),
  DATABASE_URL: text.optional().describe('A PostgreSQL server (15 or later) instead of the embedded one.'),
  DEFAULT_PLAN: z
    .enum(['free', 'pro', 'enterprise'])
    .default('free')
    .describe('The plan new organisations start on.'),
  MODELS_FILE: text.optional().describe('JSON file of providers and models.'),
  OPENAI_API_KEY: text.optional().describe('Offers OpenAI’s models when there is no MODELS_FILE.'),
  OPENAI_BASE_URL: z.url().default('https://api.openai.com/v1').describe('Where OPENAI_API_KEY is sent.'),
  LOCAL_MODELS: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Look for Ollama, llama.cpp, vLLM and LM Studio on this machine when nothing is configured.'),
  METRICS_NETWORKS: list
    .pipe(networks)
    .default(['127.0.0.0/8', '::1/128'])
    .describe('Networks (CIDR, commas) that may read /metrics.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('How much is logged.'),
})

/** The settings of one process, checked and frozen. */
export type Config = Readonly<{
  host: string
  port: number
  publicUrl: string | null
  corsOrigins: readonly string[]
  trustedProxies: readonly string[]
  dataDir: string
  databaseUrl: string | null
  defaultPlan: 'free' | 'pro' | 'enterprise'
  modelsFile: string | null
  openAi: { apiKey: string; baseUrl: string } | null
  localModels: boolean
  metricsNetworks: readonly string[]
  logLevel: z.infer<typeof Environment>['LOG_LEVEL']
  /** For `env:NAME` references in MODELS_FILE. */
  environment: Readonly<Record<string, string | undefined>>
}>

/** Thrown with every problem of the environment at once, one a line. */
export class ConfigError extends Error {}

/** Reads the environment. @throws {ConfigError} naming every variable that is wrong. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(problem).join('\n'))
  const env = parsed.data
  return Object.freeze({
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    corsOrigins: env.CORS_ORIGINS.map((origin) => origin.replace(/\/+$/, '')),
    trustedProxies: env.TRUST_PROXY,
    dataDir: resolve(env.DATA_DIR),
    databaseUrl: env.DATABASE_URL ?? null,
    defaultPlan: env.DEFAULT_PLAN,
    modelsFile: env.MODELS_FILE ? resolve(env.MODELS_FILE) : null,
    openAi: env.OPENAI_API_KEY ? { apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL } : null,
    localModels: env.LOCAL_MODELS === 'on',
    metricsNetworks: env.METRICS_NETWORKS,
    logLevel: env.LOG_LEVEL,
    environment: given,
  })
}

const problem = (issue: z.core.$ZodIssue): string => `${issue.path.join('.')}: ${issue.message}`

type Variable = { name: string; meaning: string; fallback: string }

function variables(): Variable[] {
  return Object.entries(Environment.shape).map(([name, schema]) => {
    const fallback = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }).default
    return { name, meaning: schema.description ?? '', fallback: String(fallback ?? '') }
  })
}

/** The configuration as `.env.example` shows it: every name, its meaning and its default. */
export function environmentExample(): string {
  const entries = variables().map(({ name, meaning, fallback }) => `# ${meaning}\n#${name}=${fallback}\n`)
  return `# Every setting of the portal. All are optional: without any, everything runs embedded.\n\n${entries.join('\n')}`
}

/** The same as a Markdown table. */
export function environmentTable(): string {
  const rows = variables().map(
    ({ name, meaning, fallback }) => `| \`${name}\` | ${meaning} | ${fallback && `\`${fallback}\``} |\n`,
  )
  return `| variable | meaning | default |\n|---|---|---|\n${rows.join('')}`
}
