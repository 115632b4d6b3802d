import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'
import { environmentExample } from './environment.ts'

test('without any variable the portal listens on this machine only, with an embedded database', () => {
  expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 3000, databaseUrl: null, corsOrigins: [] })
})

test('an empty variable counts as not given', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 3000, databaseUrl: null })
})

test('every problem is said at once, in sentences that say what to give', () => {
  const environment = {
    PORT: 'http',
    PUBLIC_URL: 'nowhere',
    CORS_ORIGINS: 'https://a.example, https://b.example/app,*',
    TRUST_PROXY: '10.0.0.0/8,proxy',
    DATABASE_URL: 'mysql://u:hunter2@db/x',
    DEFAULT_PLAN: 'gold',
    OPENAI_BASE_URL: 'sk-hunter2',
    LOCAL_MODELS: 'yes',
    METRICS_NETWORKS: 'all',
    LOG_LEVEL: 'loud',
    SMTP_URL: 'mail:hunter2@example.com',
    MAIL_FROM: 'Portal',
  }
  const expected = `PORT must be a whole number from 0 to 65535; you gave "http".
PUBLIC_URL must be a URL of the form https://host/path, without user, query or fragment; you gave "nowhere".
CORS_ORIGINS must list origins of the form https://host or https://host:port, without a path; you gave "https://b.example/app".
CORS_ORIGINS must list origins of the form https://host or https://host:port, without a path; you gave "*".
TRUST_PROXY must list IP addresses or CIDR ranges; you gave "proxy".
DATABASE_URL must be of the form postgres://user:password@host:5432/database, with special characters percent-encoded.
DEFAULT_PLAN must be one of free, pro, enterprise; you gave "gold".
OPENAI_BASE_URL must be a URL of the form https://host/path, without user, query or fragment.
LOCAL_MODELS must be one of on, off; you gave "yes".
SMTP_URL must be of the form smtp://user:password@host:587 or smtps://user:password@host:465, with special characters percent-encoded.
MAIL_FROM must be one address, as Name <portal@example.com> or portal@example.com; you gave "Portal".
METRICS_NETWORKS must list IP addresses or CIDR ranges; you gave "all".
LOG_LEVEL must be one of trace, debug, info, warn, error, silent; you gave "loud".`
  expect(() => readConfig(environment)).toThrow(new ConfigError(expected))
})

test.each([
  ['PORT', '65536'],
  ['PORT', '1e3'],
  ['PUBLIC_URL', 'ftp://portal.example.com'],
  ['PUBLIC_URL', 'https://u:hunter2@portal.example.com'],
  ['PUBLIC_URL', 'https://portal.example.com?token=hunter2'],
  ['PUBLIC_URL', 'https://portal.example.com/#hunter2'],
  ['CORS_ORIGINS', 'app.example.com'],
  ['CORS_ORIGINS', 'null'],
  ['CORS_ORIGINS', 'https://*.example.com'],
  ['CORS_ORIGINS', 'https://u:hunter2@app.example.com'],
  ['DATABASE_URL', 'hunter2'],
  ['SMTP_URL', 'hunter2'],
  ['SMTP_URL', 'https://u:hunter2@mail.example.com'],
  ['SMTP_URL', 'smtp://u:hunter2@'],
  ['SMTP_URL', 'smtp://u:hunter2%@mail.example.com'],
  ['SMTP_URL', 'smtp://u:hunter2/x@mail.example.com'],
  ['MAIL_FROM', 'a@example.com, b@example.com'],
  ['MAIL_FROM', 'A <a@example.com>\r\nBcc: b@example.com'],
])('%s=%s is refused, and no secret in it repeated', (name, value) => {
  const read = () => readConfig({ [name]: value })
  expect(read).toThrow(new RegExp(`^${name} must .*[^.]\\.$`))
  expect(read).not.toThrow('hunter2')
})

test('origins are kept as browsers send them', () => {
  const CORS_ORIGINS =
    'https://App.example.com/,https://b.example:443,http://c.example:8080,capacitor://localhost'
  expect(readConfig({ CORS_ORIGINS }).corsOrigins).toEqual([
    'https://app.example.com',
    'https://b.example',
    'http://c.example:8080',
    'capacitor://localhost',
  ])
})

test('an address of the portal keeps its path, without the slash at its end', () => {
  expect(readConfig({ PUBLIC_URL: 'https://example.com/portal/' }).publicUrl).toBe(
    'https://example.com/portal',
  )
})

test.each(['postgres://u:p@db:5432/portal', 'postgresql:///portal?host=/run/postgresql'])(
  '%s is a database',
  (DATABASE_URL) => {
    expect(readConfig({ DATABASE_URL }).databaseUrl).toBe(DATABASE_URL)
  },
)

test('a list is split at its commas', () => {
  expect(readConfig({ TRUST_PROXY: '10.0.0.0/8, ::1 ,' }).trustedProxies).toEqual(['10.0.0.0/8', '::1'])
})

test('the settings cannot be changed afterwards', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true)
})

test('the example names every variable, with its meaning and its default', () => {
  expect(environmentExample()).toContain('# Port to listen on; 0 picks a free one.\n#PORT=3000\n')
})

test('each vendor with a key is offered, at its own address unless another is given', () => {
  expect(readConfig({}).vendors).toEqual([])
  expect(readConfig({ OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: 'a' }).vendors).toEqual([
    { kind: 'openai', apiKey: 'o', baseUrl: 'https://api.openai.com/v1' },
    { kind: 'anthropic', apiKey: 'a', baseUrl: 'https://api.anthropic.com' },
  ])
  expect(readConfig({ ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' }).vendors).toEqual([
    { kind: 'anthropic', apiKey: 'a', baseUrl: 'http://127.0.0.1:9' },
  ])
})

test('[M-23] a mail server needs an address that mails come from', () => {
  const SMTP_URL = 'smtp://mail.example.com'
  expect(() => readConfig({ SMTP_URL })).toThrow(
    new ConfigError('MAIL_FROM must be given with SMTP_URL, e.g. LLM Portal <portal@example.com>.'),
  )
  expect(readConfig({ SMTP_URL, MAIL_FROM: 'Acme <Portal@Acme.example>' })).toMatchObject({
    smtpUrl: SMTP_URL,
    mailFrom: { name: 'Acme', address: 'portal@acme.example' },
  })
  expect(readConfig({})).toMatchObject({ smtpUrl: null, mailFrom: { address: 'portal@localhost' } })
})

test.each(['smtps://u%40example.com:p%2Fw@mail.example.com:465', 'smtp://[::1]:2525/?tls.servername=x'])(
  '%s is a mail server',
  (SMTP_URL) => {
    expect(readConfig({ SMTP_URL, MAIL_FROM: 'a@example.com' }).smtpUrl).toBe(SMTP_URL)
  },
)

test.each([
  [{}, false, 2],
  [{ PUBLIC_URL: 'http://localhost:3000' }, false, 2],
  [{ PUBLIC_URL: 'http://[::1]:3000' }, false, 2],
  [{ PUBLIC_URL: 'https://portal.example.com' }, true, 0],
  [{ PUBLIC_URL: 'https://localhost.example.com' }, true, 0],
  [{ PUBLIC_URL: 'https://portal.example.com', METRICS_NETWORKS: '127.0.0.0/8' }, true, 1],
])('a portal with %j is for others: %s, and %i networks read its metrics', (given, isPublic, networks) => {
  const config = readConfig(given)
  expect([config.isPublic, config.metricsNetworks.length]).toEqual([isPublic, networks])
})
