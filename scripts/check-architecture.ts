// Checks what the linter cannot: which room may import which, and only through its door.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Rooms of server/src and the rooms each may import. Everyone may also import errors.ts and the contract. */
const arrows: Record<string, readonly string[]> = {
  log: [],
  metrics: [],
  tokens: [],
  admission: [],
  neutral: [],
  pages: [],
  storage: [],
  isolation: [],
  documents: ['isolation'],
  pictures: ['isolation'],
  providers: ['neutral'],
  db: ['log'],
  events: ['db', 'log'],
  ledger: ['db', 'log'],
  jobs: ['db', 'events', 'log'],
  mail: ['db', 'http', 'jobs', 'log'],
  http: ['db', 'log'],
  secrets: [],
  telemetry: ['ledger', 'metrics'],
  oauth: [],
  throttle: ['db'],
  switches: ['db', 'events'],
  audit: ['db', 'http', 'jobs'],
  accounts: ['db', 'events', 'http'],
  models: ['audit', 'db', 'events', 'http', 'log', 'providers', 'secrets'],
  status: [
    ...['audit', 'db', 'http', 'jobs', 'ledger', 'log', 'mail', 'metrics', 'secrets', 'storage', 'throttle'],
  ],
  usage: ['accounts', 'db', 'http', 'jobs', 'ledger', 'log'],
  sessions: ['accounts', 'audit', 'db', 'events', 'http', 'secrets'],
  'sign-in': [
    'accounts',
    'audit',
    'db',
    'http',
    'jobs',
    'log',
    'mail',
    'oauth',
    'secrets',
    'sessions',
    'throttle',
  ],
  profile: ['audit', 'db', 'events', 'http', 'jobs', 'mail', 'sign-in', 'throttle'],
  organisations: [
    'accounts',
    'audit',
    'db',
    'events',
    'http',
    'jobs',
    'keys',
    'mail',
    'secrets',
    'sessions',
    'sign-in',
    'throttle',
  ],
  keys: ['accounts', 'audit', 'db', 'events', 'http', 'usage'],
  files: ['accounts', 'db', 'documents', 'http', 'jobs', 'log', 'pictures', 'storage', 'tokens'],
  backup: ['db', 'files', 'jobs', 'ledger', 'secrets', 'storage'],
  chat: ['db', 'files', 'gateway', 'http', 'jobs', 'log', 'models', 'neutral', 'throttle', 'tokens'],
  'remote-images': ['http', 'pictures', 'reach', 'throttle'],
  reach: ['http'],
  alerts: [
    'accounts',
    'audit',
    'db',
    'events',
    'http',
    'jobs',
    'mail',
    'reach',
    'secrets',
    'throttle',
    'usage',
  ],
  voice: ['events', 'gateway', 'http', 'log'],
  gateway: [
    'accounts',
    'admission',
    'http',
    'ledger',
    'log',
    'metrics',
    'models',
    'neutral',
    'providers',
    'tokens',
  ],
}

/** Rooms of web/src that are no features, and what each may import; every other is one, and stands alone. */
const webGround: Record<string, readonly string[]> = {
  ui: [],
  api: [],
  markdown: ['ui'],
  // What stands around every page names the organisation that is acted for.
  shell: ['ui', 'api', 'organisation'],
  // One asks by typing or by speaking.
  chat: ['ui', 'api', 'markdown', 'voice'],
}
const webFeature = ['ui', 'api', 'markdown']

/** Rooms at the top: they may import any other. */
const roofs = ['admin', 'administration', 'test']
const looseFiles = new Set([
  'main.ts',
  'app.ts',
  'services.ts',
  'people.ts',
  'assemble-gateway.ts',
  'assemble-status.ts',
  'assemble-talk.ts',
  'administrators.ts',
  'environment.ts',
  'open-objects.ts',
  'open-storage.ts',
  'public-url.ts',
  'first-start.ts',
])
const shared = new Set(['errors.ts'])
const cellars = /(^|\/)(utils?|helpers?|common|misc|lib)(\/|\.ts$)/

/** Every broken rule of one file, as sentences. */
export function problemsOf(file: string, text: string): string[] {
  const isTest = /\.test\.ts$|\/test-[^/]*\.ts$|^server\/src\/test\//.test(file)
  const problems = importsOf(text).map((specifier) => importProblem({ file, specifier, isTest }))
  if (cellars.test(file)) problems.push('name the thing instead of calling it a helper.')
  return problems.filter((problem) => problem !== null).map((problem) => `${file}: ${problem}`)
}

type Import = { file: string; specifier: string; isTest: boolean }

function importProblem({ file, specifier, isTest }: Import): string | null {
  if (file.startsWith('web/src/')) return webProblem(file, specifier)
  if (!file.startsWith('server/src/')) return null
  if (specifier.startsWith('@portal/sandbox')) {
    return isTest || file === 'server/src/services.ts' ? null : 'only services.ts may know the sandbox.'
  }
  if (!specifier.startsWith('.')) return null
  return arrowProblem(file, relative('server/src', join(dirname(file), specifier)), isTest)
}

/** In the web app features know `ui` and `api` alone; the files at its root, which name every page, compose them. */
function webProblem(file: string, specifier: string): string | null {
  if (/^@portal\/(?!contract$)/.test(specifier)) return 'the web app knows the contract alone.'
  if (!specifier.startsWith('.')) return null
  const target = relative('web/src', join(dirname(file), specifier))
  const from = roomOf(relative('web/src', file))
  const to = roomOf(target)
  if (from === to) return null
  if (from === '') {
    const isWayIn = target === `${to}/index.ts` || /(-page|-layout|^shell\/shell)\.tsx$|\.css$/.test(target)
    return isWayIn ? null : `imports ${target}; a page or ${to}/index.ts is the way in.`
  }
  if (target !== `${to}/index.ts`) return `imports ${target}; the door is ${to}/index.ts.`
  return (webGround[from] ?? webFeature).includes(to) ? null : `the web's "${from}" may not import "${to}".`
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier ?? '')
}

function arrowProblem(file: string, target: string, isTest: boolean): string | null {
  const from = roomOf(relative('server/src', file))
  const to = roomOf(target)
  if (from === to || (to === '' && shared.has(target))) return null
  const isDoor = target === `${to}/index.ts`
  if (to !== '' && !isDoor && !isTest) return `imports ${target}; the door is ${to}/index.ts.`
  if (isTest || roofs.includes(from) || from === '') return null
  if (to === '') return `imports ${target}, which stands above it.`
  return arrows[from]?.includes(to) ? null : `a room of "${from}" may not import "${to}".`
}

/** The room a path below server/src lies in; empty for the loose files. */
const roomOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : '')

function strangers(files: string[]): string[] {
  const known = new Set([...Object.keys(arrows), ...roofs])
  return files
    .filter((file) => file.startsWith('server/src/'))
    .map((file) => relative('server/src', file))
    .filter((path) => {
      const room = roomOf(path)
      return room === ''
        ? !(looseFiles.has(path) || shared.has(path) || path === 'config.ts' || path.endsWith('.test.ts'))
        : !known.has(room)
    })
    .map(
      (path) =>
        `server/src/${path}: not a room of the house. Add it to scripts/check-architecture.ts and ARCHITECTURE.md.`,
    )
}

if (import.meta.main) {
  const files = globSync('{contract,server/src,web/src,sandbox,scripts,bench/src,e2e/src}/**/*.{ts,tsx}', {
    cwd: root,
  }).filter((file) => !file.includes('node_modules'))
  const problems = [
    ...strangers(files),
    ...files.flatMap((file) => problemsOf(file, readFileSync(join(root, file), 'utf8'))),
  ]
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.stdout.write(
    problems.length > 0
      ? `${problems.length} broken rules.\n`
      : `${files.length} files keep the architecture.\n`,
  )
  process.exit(problems.length > 0 ? 1 : 0)
}
