import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { verifySync } from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { createEvents } from '../events/index.ts'
import { createPrincipals } from '../keys/index.ts'
import { createLog } from '../log/index.ts'
import { admin, adminReading, type Ended, password } from './test-admin.ts'

const main = join(import.meta.dirname, 'main.ts')
const log = createLog('silent')

/** Runs one as an operator does: a process of its own, with this environment alone and a stdin that stays open. */
function adminProcess(environment: Record<string, string>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env: environment },
      (error, stdout, stderr) => {
        const code = error ? Number(error.code) : 0
        resolve({ code, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' })
      },
    )
    child.stdin?.on('error', () => {}) // it may have ended without reading
    child.stdin?.write(`${password}\n`)
  })
}

/** A complaint of sentences, without a stack. */
const expectComplaint = ({ stdout, stderr }: Ended, words: string): void => {
  expect(stdout).toBe('')
  expect(stderr).toContain(words)
  expect(stderr).not.toMatch(/\n\s+at |node:/)
}

describe('on a server of its own', () => {
  let cluster: TestCluster
  let environment: Record<string, string>
  beforeAll(async () => {
    cluster = await startTestCluster()
    environment = { DATABASE_URL: (await cluster.createDatabase()).url }
  }, 60_000)
  afterAll(() => cluster.stop())
  const run = (...args: string[]): Promise<Ended> => admin(environment, ...args)

  it('makes users and keys, and changes plans', async () => {
    const first = await run(
      'create-user',
      '--email',
      'Ada@example.com',
      '--password-stdin',
      '--role',
      'admin',
    )
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(
      /^Made ada@example\.com \(usr_\w+\), whose organisation is on the enterprise plan\.\n$/,
    )
    await run(
      'create-user',
      '--email',
      'bob@example.com',
      '--password-stdin',
      '--verified',
      '--name',
      'Bob B',
    )
    const set = await run('set-plan', '--email', 'bob@example.com', '--plan', 'pro')
    expect(set.stdout).toBe('The organisation Bob B is on the pro plan now.\n')

    const { stdout } = await run('list-users')
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect(rows.map((row) => row.slice(0, 5))).toEqual([
      ['EMAIL', 'NAME', 'PLAN', 'ROLE', 'VERIFIED'],
      ['ada@example.com', 'ada', 'enterprise', 'admin', 'no'],
      ['bob@example.com', 'Bob B', 'pro', 'user', 'yes'],
    ])
    expect(stdout).not.toContain('argon2')
  }, 60_000)

  it('prints a key alone on the last line, with the rights that were asked for', async () => {
    await run('create-user', '--email', 'carol@example.com', '--password-stdin', '--plan', 'pro')
    const limits = ['--rpm', '60', '--daily', 'none', '--monthly', '5000', '--expires-in-days', '2']
    const rights = ['--permissions', 'chat, vision', '--access', 'models']
    const made = await adminProcess(
      environment,
      'create-key',
      '--email',
      'carol@example.com',
      '--name',
      'CI',
      ...limits,
      ...rights,
    )
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.last).toMatch(/^sk-live-[0-9A-Za-z]{38}$/)
    expect(await lookUp(made.last)).toMatchObject({
      entitlements: { tier: 'PRO' },
      key: {
        rpmLimit: 60,
        dailyLimit: null,
        monthlyLimit: 5000,
        permissions: ['chat', 'vision'],
        access: 'models',
        expiresAt: expect.any(Number),
      },
    })
    const plain = await adminProcess(
      environment,
      'create-key',
      '--email',
      'carol@example.com',
      '--name',
      'Plain',
    )
    expect(await lookUp(plain.last)).toMatchObject({
      key: { rpmLimit: null, permissions: ['chat', 'images', 'vision'], access: 'full', expiresAt: null },
    })
  }, 60_000)

  async function lookUp(secret: string) {
    const { db, clientConfig, close } = await openDatabase({
      url: environment.DATABASE_URL,
      dataDir: '',
      log,
    })
    const events = createEvents({ clientConfig, log })
    const found = await createPrincipals({ db, events, now: Date.now }).findBySecret(secret)
    await close()
    return found
  }

  it.each<[string, string[]]>([
    [
      'There is no user with the address nobody@example.com.',
      ['create-key', '--email', 'nobody@example.com', '--name', 'x'],
    ],
    [
      'There is no user with the address nobody@example.com.',
      ['set-plan', '--email', 'nobody@example.com', '--plan', 'pro'],
    ],
  ])('%s is an error of its own: %o', async (words, args) => {
    const ended = await run(...args)
    expect(ended.code).toBe(1)
    expectComplaint(ended, words)
  })

  it('says that a user is there already, and what a full plan allows', async () => {
    const dave = ['--email', 'dave@example.com']
    await run('create-user', ...dave, '--password-stdin', '--plan', 'free')
    const again = await run('create-user', ...dave, '--password-stdin')
    expect(again.code).toBe(1)
    expectComplaint(again, 'There is already a user with this e-mail address.')
    await run('create-key', ...dave, '--name', 'One')
    const second = await run('create-key', ...dave, '--name', 'Two')
    expect(second.code).toBe(1)
    expectComplaint(second, 'Your organisation may have 1 active API key.')
  }, 60_000)

  it('refuses a weak password and a bad address with exit code 2', async () => {
    const eve = ['create-user', '--email', 'eve@example.com', '--password-stdin']
    const weak = await adminReading('weak', environment, ...eve)
    expect(weak.code).toBe(2)
    expectComplaint(weak, 'password: Use a password of at least 12 characters.')
    const bad = await run('create-user', '--email', 'no address', '--password-stdin')
    expect(bad.code).toBe(2)
    expectComplaint(bad, 'email: Enter an e-mail address such as you@example.com.')
  }, 30_000)

  it('takes the password from the command line, for scripts', async () => {
    const made = await run('create-user', '--email', 'heidi@example.com', '--password', password)
    expect(made.stdout).not.toContain(password)
    expect(await passwordOf('heidi@example.com')).toSatisfy((hash: string) => verifySync(hash, password))
  })

  it('takes the password from stdin, prints it nowhere, and asks for one', async () => {
    const grace = ['create-user', '--email', 'grace@example.com', '--password-stdin']
    const none = await adminReading('', environment, ...grace)
    expect(none.code).toBe(2)
    expectComplaint(none, 'No password was given.')
    const made = await adminProcess(environment, ...grace)
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).not.toContain(password)
    expect(await passwordOf('grace@example.com')).toSatisfy((hash: string) => verifySync(hash, password))
  }, 30_000)

  async function passwordOf(email: string): Promise<string> {
    const { pool, close } = await openDatabase({ url: environment.DATABASE_URL, dataDir: '', log })
    const { rows } = await pool.query(
      'select password from accounts join users on users.id = user_id where users.email = $1',
      [email],
    )
    await close()
    return rows[0]?.password
  }

  it('brings an empty database up to date before anything else', async () => {
    const { url } = await cluster.createDatabase({ empty: true })
    const listed = await admin({ DATABASE_URL: url }, 'list-users')
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(await admin({ DATABASE_URL: url }, 'migrate')).toMatchObject({
      stdout: 'The schema is up to date.\n',
    })
    const empty = await cluster.createDatabase({ empty: true })
    const migrated = await admin({ DATABASE_URL: empty.url }, 'migrate')
    expect(migrated.stdout).toContain('Applied 0001_identity.sql\n')
  }, 30_000)
})

describe('the command line', () => {
  // A database that cannot be: what is refused here is refused before it is asked.
  const run = (...args: string[]): Promise<Ended> => admin({ DATABASE_URL: 'nowhere' }, ...args)

  it.each<[string, string[]]>([
    ['Say which command.', []],
    ['There is no command "frobnicate".', ['frobnicate']],
    ['There is no command "toString".', ['toString']],
    ['Missing: --email.', ['create-user']],
    ['Missing: --name.', ['create-key', '--email', 'a@example.com']],
    ["Unknown option '--colour'.", ['list-users', '--colour', 'red']],
    ["Unexpected argument 'extra'", ['list-users', 'extra']],
    ["Option '--email <value>' argument missing", ['set-plan', '--email']],
    [
      '--plan must be one of "free", "pro", "enterprise"; you sent "gold".',
      ['set-plan', '--email', 'a@example.com', '--plan', 'gold'],
    ],
    [
      '--role must be one of "user", "admin"',
      ['create-user', '--email', 'a@example.com', '--password-stdin', '--role', 'root'],
    ],
    [
      '--mail-link: Whoever is given a password needs no link.',
      ['create-user', '--email', 'a@example.com', '--password-stdin', '--mail-link'],
    ],
    [
      '--rpm: Expected a whole number or "none".',
      ['create-key', '--email', 'a@example.com', '--name', 'x', '--rpm', '6e1'],
    ],
    [
      '--daily must be at least 1; you sent 0.',
      ['create-key', '--email', 'a@example.com', '--name', 'x', '--daily', '0'],
    ],
    [
      '--expires-in-days must be at most 3650; you sent 9999.',
      ['create-key', '--email', 'a@example.com', '--name', 'x', '--expires-in-days', '9999'],
    ],
    [
      '--permissions[1] must be one of ',
      ['create-key', '--email', 'a@example.com', '--name', 'x', '--permissions', 'chat,admin'],
    ],
    [
      '--access must be one of "full", "models", "read"',
      ['create-key', '--email', 'a@example.com', '--name', 'x', '--access', 'all'],
    ],
  ])('%s for %o: exit code 2 and where help is', async (words, args) => {
    const ended = await run(...args)
    expect(ended.code).toBe(2)
    expectComplaint(ended, words)
    expect(ended.stderr).toContain('--help')
  })

  it('gives help without touching the database', async () => {
    const all = await run('--help')
    expect(all).toMatchObject({ code: 0, stderr: '' })
    for (const name of ['create-user', 'create-key', 'list-users', 'set-plan', 'migrate']) {
      expect(all.stdout).toContain(`  ${name} `)
    }
    const one = await run('create-key', '-h')
    expect(one).toMatchObject({ code: 0, stderr: '' })
    expect(one.stdout).toMatch(/--name TEXT +Name of the key\. Required\.\n/)
    expect(one.stdout).toMatch(/--rpm N\|none +Requests a minute\.\n/)
  })

  it('says what is wrong with the configuration in a sentence: exit code 1', async () => {
    const ended = await adminProcess({ DATABASE_URL: 'nowhere' }, 'list-users')
    expect(ended.code).toBe(1)
    expectComplaint(ended, 'DATABASE_URL must be of the form postgres://')
    const other = await admin({ DEFAULT_PLAN: 'gold' }, 'list-users')
    expect(other.code).toBe(1)
    expectComplaint(other, 'DEFAULT_PLAN')
  })
})

describe('with the embedded database', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp('/tmp/portal-admin-')
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))
  const isUp = () =>
    readFile(join(dataDir, 'postgres/data/postmaster.pid')).then(
      () => true,
      () => false,
    )

  it('starts it for one command and stops it afterwards; leaves it up while a server is at it', async () => {
    const environment = { DATA_DIR: dataDir }
    const user = (email: string) => ['create-user', '--email', email, '--password-stdin']
    expect(await adminProcess(environment, ...user('a@example.com'))).toMatchObject({ code: 0, stderr: '' })
    expect(await isUp()).toBe(false)

    const server = await openDatabase({ dataDir, log })
    await server.pool.query('select 1')
    expect(await adminProcess(environment, ...user('b@example.com'))).toMatchObject({ code: 0, stderr: '' })
    expect(await isUp()).toBe(true)
    const { rows } = await server.pool.query('select email from users order by email')
    expect(rows).toEqual([{ email: 'a@example.com' }, { email: 'b@example.com' }])
    await server.close()
    expect(await isUp()).toBe(false)
  }, 60_000)
})
