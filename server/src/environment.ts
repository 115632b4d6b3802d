import { isPlainHttpUrl } from '@portal/contract'
import { z } from 'zod'
import { type Sender, senderOf } from './mail/index.ts'

// Every message is what a variable must be, to go after its name.
const text = z.string().trim()
const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

const portDemand = 'must be a whole number from 0 to 65535'
const port = text
  .regex(/^\d{1,5}$/, portDemand)
  .transform(Number)
  .refine((value) => value <= 65_535, portDemand)

const networks = z.array(
  z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must list IP addresses or CIDR ranges'),
)

const httpUrl = text.refine(
  isPlainHttpUrl,
  'must be a URL of the form https://host/path, without user, query or fragment',
)

const databaseUrl = text.refine(
  (value) => /^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? ''),
  'must be of the form postgres://user:password@host:5432/database, with special characters percent-encoded',
)

const smtpUrl = text.refine(
  isSmtpUrl,
  'must be of the form smtp://user:password@host:587 or smtps://user:password@host:465, with special characters percent-encoded',
)

function isSmtpUrl(value: string): boolean {
  const url = URL.parse(value)
  const isSmtp = url?.protocol === 'smtp:' || url?.protocol === 'smtps:'
  return (
    isSmtp && url.hostname !== '' && /^\/?$/.test(url.pathname) && isDecodable(url.username + url.password)
  )
}

function isDecodable(value: string): boolean {
  try {
    decodeURIComponent(value)
    return true
  } catch {
    return false
  }
}

const headersDemand = 'must be a list of name=value, commas between, values percent-encoded'
const headerList = list.transform((items, context): Record<string, string> => {
  const pairs = items.map((item) => /^([\w-]+)=(.*)$/.exec(item)?.slice(1))
  if (pairs.every((pair) => pair !== undefined && isDecodable(pair[1] ?? '')))
    return Object.fromEntries(pairs.map((pair) => [pair?.[0], decodeURIComponent(pair?.[1] ?? '')]))
  context.addIssue(headersDemand)
  return z.NEVER
})

const sender = text.transform((value, context): Sender => {
  const parsed = senderOf(value)
  if (parsed) return parsed
  context.addIssue('must be one address, as Name <portal@example.com> or portal@example.com')
  return z.NEVER
})

const originForm = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s*]+\/?$/i
const origins = z.array(
  z
    .string()
    .refine(
      (value) => originForm.test(value) && URL.canParse(value),
      'must list origins of the form https://host or https://host:port, without a path',
    )
    .transform(originAsSent),
)

/** As browsers write it in the Origin header: in lower case, without the scheme’s own port. */
function originAsSent(value: string): string {
  const { origin } = new URL(value)
  return origin === 'null' ? value.toLowerCase().replace(/\/$/, '') : origin
}

const oneOf = <Value extends string>(...values: Value[]) =>
  z.enum(values, `must be one of ${values.join(', ')}`)

/** Where OpenAI itself is. */
export const openAiUrl = 'https://api.openai.com/v1'

/** The environment, as operators write it. Empty values count as not given. */
export const Environment = z.object({
  HOST: text.default('127.0.0.1').describe('Address to listen on.'),
  PORT: port.default(3000).describe('Port to listen on; 0 picks a free one.'),
  PUBLIC_URL: httpUrl.optional().describe('Where people reach the portal, e.g. https://portal.example.com.'),
  CORS_ORIGINS: list
    .pipe(origins)
    .default([])
    .describe(
      'Origins whose pages may call the API, e.g. https://app.example.com (commas). Closed unless given.',
    ),
  TRUST_PROXY: list
    .pipe(networks)
    .default([])
    .describe('Networks of your reverse proxies (CIDR, commas). Only they may name the client’s address.'),
  DATA_DIR: text
    .default('data')
    .describe('Where the embedded database, files, spilled ledger rows and the sandbox mailbox live.'),
  DATABASE_URL: databaseUrl
    .optional()
    .describe(
      'A PostgreSQL server (15 or later) instead of the embedded one: postgres://user:password@host:5432/database.',
    ),
  PORTAL_SECRET: text
    .refine((value) => value.length >= 32, 'must be a secret of at least 32 characters')
    .optional()
    .describe(
      'What sessions are signed and stored secrets encrypted with, 32 characters or more. Made at the first start and kept in DATA_DIR unless given; the same on every server.',
    ),
  GOOGLE_CLIENT_ID: text.optional().describe('Offers signing in with Google, together with its secret.'),
  GOOGLE_CLIENT_SECRET: text.optional().describe('The secret of GOOGLE_CLIENT_ID.'),
  GOOGLE_BASE_URL: httpUrl
    .default('https://accounts.google.com')
    .describe('The OpenID Connect issuer behind GOOGLE_CLIENT_ID.'),
  GITHUB_CLIENT_ID: text.optional().describe('Offers signing in with GitHub, together with its secret.'),
  GITHUB_CLIENT_SECRET: text.optional().describe('The secret of GITHUB_CLIENT_ID.'),
  GITHUB_BASE_URL: httpUrl
    .default('https://github.com')
    .describe('GitHub, or your GitHub Enterprise Server.'),
  DEFAULT_PLAN: oneOf('free', 'pro', 'enterprise')
    .default('free')
    .describe('The plan new organisations start on.'),
  S3_BUCKET: text
    .optional()
    .describe('A bucket for files, instead of the folder objects in DATA_DIR. It has to exist.'),
  S3_REGION: text.default('us-east-1').describe('Where S3_BUCKET is.'),
  S3_ENDPOINT: httpUrl.optional().describe('A server that speaks S3, e.g. MinIO, instead of Amazon’s.'),
  S3_ACCESS_KEY_ID: text
    .optional()
    .describe('Who writes to S3_BUCKET, together with its secret. Else the machine’s own role.'),
  S3_SECRET_ACCESS_KEY: text.optional().describe('The secret of S3_ACCESS_KEY_ID.'),
  MODELS_FILE: text.optional().describe('JSON file of providers and models.'),
  OPENAI_API_KEY: text.optional().describe('Offers OpenAI’s models when there is no MODELS_FILE.'),
  OPENAI_BASE_URL: httpUrl.default(openAiUrl).describe('Where OPENAI_API_KEY is sent.'),
  ANTHROPIC_API_KEY: text.optional().describe('Offers Anthropic’s models when there is no MODELS_FILE.'),
  ANTHROPIC_BASE_URL: httpUrl
    .default('https://api.anthropic.com')
    .describe('Where ANTHROPIC_API_KEY is sent.'),
  LOCAL_MODELS: oneOf('on', 'off')
    .default('on')
    .describe('Look for Ollama, llama.cpp, vLLM and LM Studio on this machine when nothing is configured.'),
  TRANSCRIPTION_BASE_URL: httpUrl
    .optional()
    .describe(
      'A server with OpenAI’s /audio/transcriptions for voice input, e.g. http://127.0.0.1:8000/v1. OpenAI’s own where there is an OPENAI_API_KEY.',
    ),
  TRANSCRIPTION_API_KEY: text.optional().describe('What TRANSCRIPTION_BASE_URL asks for.'),
  TRANSCRIPTION_MODEL: text.default('whisper-1').describe('The model that turns speech into text.'),
  LOCAL_SPEECH: oneOf('on', 'off')
    .default('on')
    .describe('Use pocketsphinx for voice input where it is installed and nothing is configured.'),
  SMTP_URL: smtpUrl
    .optional()
    .describe(
      'The mail server: smtp://user:password@host:587, or smtps:// for TLS from the start. Without it mails go to /dev/mailbox.',
    ),
  MAIL_FROM: sender
    .optional()
    .describe('Who mails come from, as `Name <portal@example.com>`. Needed with SMTP_URL.'),
  METRICS_NETWORKS: list
    .pipe(networks)
    .optional()
    .describe(
      'Networks (CIDR, commas) that may read /metrics: this machine unless given, or nobody where PUBLIC_URL is for others.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl
    .optional()
    .describe('Where OpenTelemetry goes, by OTLP over HTTP, as http://collector:4318. Off unless given.'),
  OTEL_EXPORTER_OTLP_HEADERS: headerList
    .default({})
    .describe('Headers for it, as `authorization=Bearer%20key,x-tenant=ours`.'),
  OTEL_SERVICE_NAME: text
    .min(1, 'must not be empty')
    .default('llm-portal')
    .describe('What it calls the portal.'),
  LEDGER_MONTHS_KEPT: text
    .regex(/^[1-9]\d{0,2}$/, 'must be a whole number of months from 1 to 999')
    .transform(Number)
    .optional()
    .describe(
      'How many whole months of single requests are kept beside the current one; all unless given. Sums stay.',
    ),
  STATUS_API_KEY: text
    .optional()
    .describe(
      'An API key of this portal with which the status page asks each model that nobody else asks for a token a minute. It costs what that costs; none is asked unless given.',
    ),
  PICTURE_NETWORKS: list
    .pipe(networks)
    .default([])
    .describe(
      'Networks of your own (CIDR, commas) that pictures in answers may be loaded from, when somebody asks to see one. The public internet’s web ports always may.',
    ),
  WEBHOOK_NETWORKS: list
    .pipe(networks)
    .default([])
    .describe(
      'Networks of your own (CIDR, commas) that webhooks and Slack messages of alerts may go to. Public addresses always may, by https.',
    ),
  SLACK_API_BASE: httpUrl
    .optional()
    .describe('What stands in for https://hooks.slack.com, where alerts are told to Slack through a proxy.'),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent')
    .default('info')
    .describe('How much is logged.'),
})
/** What is given, checked. */
export type Environment = z.infer<typeof Environment>

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
