import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { admin } from '../admin/test-admin.ts'
import { migrate, migrationNames, type Tables } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { contentKey } from '../files/index.ts'
import { filesOf, pixel } from '../files/test-files.ts'
import { defineQueue } from '../jobs/index.ts'
import { verifyRollups } from '../ledger/index.ts'
import { openObjects } from '../open-objects.ts'
import { portalSecret } from '../secrets/index.ts'
import { password, usePortal } from '../sign-in/test-people.ts'
import type { ObjectStore } from '../storage/index.ts'
import { chatRequest, eventually, openBrowser, startPortal } from '../test/index.ts'
import { backUp } from './index.ts'
import { listObjects } from './objects.ts'

const folder = await mkdtemp('/tmp/portal-backup-')
// The last to be ended is what was set up first: the portal writes there until it has ended.
afterAll(() => rm(folder, { recursive: true, force: true }))
const home = { DATA_DIR: join(folder, 'source') }
const { portal, open, aSignedIn, aTwoFactorPerson, tokenTo } = usePortal(home)

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startTestCluster()
})
afterAll(() => cluster?.stop())

let folders = 0
const aFolder = (): string => join(folder, `folder-${++folders}`)
const database = () => ({ pool: portal().pool, clientConfig: portal().database.clientConfig })
const source = () => ({ ...home, DATABASE_URL: portal().database.url })

/** Backs the portal up while it runs; resolves to where. */
async function aBackup(...options: string[]): Promise<string> {
  const to = aFolder()
  const ended = await admin(source(), 'backup', '--to', to, ...options)
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  return to
}

/** An empty database and a data folder that is not there yet. */
async function aTarget() {
  const database = await cluster.createDatabase({ empty: true })
  const pool = new pg.Pool({ ...database.clientConfig, max: 1 })
  onTestFinished(() => pool.end())
  const env = { DATA_DIR: aFolder(), DATABASE_URL: database.url }
  /** Starts a portal on what was restored. */
  const start = async () => {
    const copy = await startPortal({ cluster, database, env: { ...env, TRUST_PROXY: '127.0.0.1' } })
    onTestFinished(() => copy.close())
    return copy
  }
  return { database, pool, env, start }
}

const restoreTo = ({ env }: { env: Record<string, string> }, from: string) =>
  admin(env, 'restore', '--from', from)

const later = defineQueue({ name: 'test-later', payload: z.object({ what: z.string() }) })

test('[BK1] [BK8] of a portal at work: its copy answers sign-in, a key and a file, and has no half of anything', async () => {
  const ada = await aTwoFactorPerson()
  const { key } = (await ada.browser.post('/api/keys', { name: 'Hers', dailyLimit: 500_000 })).body
  const file = await filesOf(portal(), key).aFile({ name: 'pixel.png', content: pixel })
  const { jobs, config } = portal().services
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: portal().pool }) })
  await jobs.enqueue(db, later, { payload: { what: 'a job' } })

  // It is asked all the time that the backup takes.
  let isBackedUp = false
  let asked = 0
  const working = (async () => {
    for (; !isBackedUp; asked++) await (await portal().post({ key, body: chatRequest() })).arrayBuffer()
  })()
  await eventually(() => expect(asked).toBeGreaterThan(3))
  const backup = await aBackup()
  isBackedUp = true
  await working

  const target = await aTarget()
  expect(await restoreTo(target, backup)).toMatchObject({ code: 0, stderr: '' })
  const { rows } = await target.pool.query("select data from pgboss.job where name = 'test-later'")
  expect(rows).toEqual([{ data: { what: 'a job' } }])
  const proof = await verifyRollups(target.pool)
  expect(proof.differences).toEqual([])
  expect(proof.checked).toBeGreaterThan(0)

  const copy = await target.start()
  expect(copy.services.config.dataDir).not.toBe(config.dataDir)
  const browser = openBrowser(copy)
  await browser.post('/api/auth/sign-in/email', { email: ada.email, password })
  expect((await browser.post('/api/auth/two-factor/verify-totp', { code: ada.code() })).status).toBe(200)
  expect((await copy.post({ key, body: chatRequest() })).status).toBe(200)
  const headers = { authorization: `Bearer ${key}` }
  const restored = await fetch(copy.url + file.url, { headers })
  expect(new Uint8Array(await restored.arrayBuffer())).toEqual(pixel)
}, 120_000)

test('[BK2] files deleted for good meanwhile are deleted in the copy, and one without bytes is named', async () => {
  const { secret } = await portal().aKey()
  const files = filesOf(portal(), secret)
  const [kept, gone, lost] = await Promise.all(
    ['kept', 'gone', 'lost'].map((name) => files.aFile({ name: `${name}.txt`, content: name })),
  )
  const objects = await openObjects(portal().services.config)
  await objects.delete(contentKey(lost?.id ?? ''))
  // The object goes first for whoever reads an instant that has passed.
  const deleting: ObjectStore = {
    ...objects,
    async open(key) {
      // Objects may take hours: what changes tables does not wait for them.
      await portal().pool.query(`select ensure_ledger_partition('2040-01-01')`)
      if (key === contentKey(gone?.id ?? '')) await files.send('DELETE', `/files/${gone?.id}`)
      return objects.open(key)
    },
  }
  const said: string[] = []
  const to = aFolder()
  const { config } = portal().services
  const value = portalSecret({ given: null, dataDir: config.dataDir })
  const from = { database: database(), objects: deleting, secret: { value, isKept: true } }
  const manifest = await backUp(from, to, (line) => void said.push(line))
  expect(manifest).toMatchObject({ deletedFiles: [gone?.id], missingFiles: [lost?.id] })
  expect(said.join('\n')).toContain(`The bytes of the file lost.txt (${lost?.id}) are not in the store.`)
  const target = await aTarget()
  expect(await restoreTo(target, to)).toMatchObject({ code: 0 })
  const { rows } = await target.pool.query('select id from files where id = any($1) order by name', [
    [kept, gone, lost].map((file) => file?.id),
  ])
  expect(rows.map(({ id }) => id)).toEqual([kept?.id, lost?.id])
}, 60_000)

test('[BK3] a folder is whole or has another name, and is its owner’s alone', async () => {
  const there = await aBackup()
  const refused = await admin(source(), 'backup', '--to', there)
  expect(refused).toMatchObject({
    code: 1,
    stderr: `${there} is there already. Name a folder that is not.\n`,
  })
  const modes = await Promise.all(
    ['', 'secret', 'manifest.json', 'tables', 'tables/users.copy.gz'].map(async (path) =>
      ((await stat(join(there, path))).mode & 0o077).toString(8),
    ),
  )
  expect(modes).toEqual(['0', '0', '0', '0', '0'])
  const nothing = await admin((await aTarget()).env, 'backup', '--to', aFolder())
  expect(nothing.stderr).toBe('There is nothing to back up: no portal has used this database yet.\n')
  // One that is interrupted is no backup.
  const broken = aFolder()
  const failing: ObjectStore = {
    ...(await openObjects(portal().services.config)),
    open: () => Promise.reject(new Error('the store is away')),
  }
  const { secret } = await portal().aKey()
  await filesOf(portal(), secret).aFile({ name: 'note.txt', content: 'note' })
  const from = { database: database(), objects: failing, secret: { value: 'x'.repeat(32), isKept: false } }
  await expect(backUp(from, broken, () => {})).rejects.toThrow('the store is away')
  expect(await restoreTo(await aTarget(), broken)).toMatchObject({
    ...{ code: 1, stderr: `${broken} has no manifest.json: it is no backup, or not a whole one.\n` },
  })
}, 60_000)

test('[BK4] [BK5] a secret that was left out is asked for, and another is refused', async () => {
  const backup = await aBackup('--without-secret')
  expect(await readdir(backup)).not.toContain('secret')
  const target = await aTarget()
  const without = await restoreTo(target, backup)
  expect(without.stderr).toBe('The backup has no secret. Set PORTAL_SECRET to that of its portal.\n')
  const { dataDir } = portal().services.config
  const secret = await readFile(join(dataDir, 'secret'), 'utf8')
  const withSecret = (PORTAL_SECRET: string) => restoreTo({ env: { ...target.env, PORTAL_SECRET } }, backup)
  expect((await withSecret('another-secret-of-thirty-two-characters')).stderr).toMatch(
    /^The secret here is another than that of the backup\./,
  )
  await expectUntouched(target)
  expect(await withSecret(secret)).toMatchObject({ code: 0 })
}, 60_000)

test.each([
  {
    what: 'a table that is cut short',
    harm: (backup: string) => writeFile(join(backup, 'tables/users.copy.gz'), 'x'),
    said: /The backup is damaged: .*users\.copy\.gz is not as it was written\./,
  },
  {
    what: 'an object that is not there',
    harm: async (backup: string) => {
      const [object = ''] = await readdir(join(backup, 'objects/files'))
      await unlink(join(backup, 'objects/files', object))
    },
    said: /The backup is not whole: .*objects\/files\/.* cannot be read\./,
  },
  {
    what: 'an object with a byte more',
    harm: async (backup: string) => {
      const [object = ''] = await readdir(join(backup, 'objects/files'))
      await appendFile(join(backup, 'objects/files', object), '!')
    },
    said: /The backup is damaged: .*objects\/files\//,
  },
  {
    what: 'an object that leads elsewhere',
    harm: async (backup: string) => {
      const [object = ''] = await readdir(join(backup, 'objects/files'))
      const path = join(backup, 'objects/files', object)
      await rename(path, `${path}.there`)
      await symlink(`${path}.there`, path)
    },
    said: /The backup is damaged: .*objects\/files\/.* is no file\./,
  },
  {
    what: 'a newer release',
    harm: (backup: string) =>
      change(backup, (manifest) => ({ ...manifest, migrations: [...manifest.migrations, '9999_new.sql'] })),
    said: /The backup is of a newer release: it has the migration 9999_new\.sql, unknown here\./,
  },
  {
    what: 'another form',
    harm: (backup: string) => change(backup, (manifest) => ({ ...manifest, format: 2 })),
    said: /manifest\.json is not of a form that this release reads\./,
  },
])('[BK5] a backup with $what is refused, nothing changed', async ({ harm, said }) => {
  const { secret } = await portal().aKey()
  await filesOf(portal(), secret).aFile({ name: 'note.txt', content: 'note' })
  const backup = await aBackup()
  await harm(backup)
  const target = await aTarget()
  const ended = await restoreTo(target, backup)
  expect(ended).toMatchObject({ code: 1, stdout: expect.not.stringContaining('Restored') })
  expect(ended.stderr).toMatch(said)
  await expectUntouched(target)
})

test.each([
  '../../evil',
  'files/../../evil',
  '/etc/evil',
  'files/fil_1',
  'notes/fil_00000000000000000000000000',
])('[BK10] an object named %s is not restored', async (key) => {
  const backup = aFolder()
  const line = JSON.stringify({ key, bytes: 0, sha256: '' })
  await mkdir(backup)
  await writeFile(join(backup, 'objects.ndjson'), `${line}\n`)
  await expect(listObjects(backup)[Symbol.asyncIterator]().next()).rejects.toThrow(
    /The backup is damaged: .*no key/,
  )
})

test('[BK5] a database with users is not restored into, nor one that a portal runs on', async () => {
  const backup = await aBackup()
  const running = await restoreTo({ env: source() }, backup)
  expect(running).toMatchObject({ code: 1 })
  expect(running.stderr).toMatch(/Another portal process already uses this database/)
  const target = await aTarget()
  await admin(target.env, 'create-user', '--email', 'bob@example.com', '--password', password)
  // Its own secret is another one: that of the backup would be needed besides.
  await rm(join(target.env.DATA_DIR, 'secret'), { force: true })
  expect((await restoreTo(target, backup)).stderr).toMatch(
    /^This database is not empty\. Restore into an empty one/,
  )
  const { rows } = await target.pool.query('select email from users')
  expect(rows).toEqual([{ email: 'bob@example.com' }])
}, 60_000)

test('[BK6] a restore that fails in its midst leaves no users, and is begun again', async () => {
  const backup = await aBackup()
  const target = await aTarget()
  // It is whole by its marks, and wrong in its last table.
  const { tables } = JSON.parse(await readFile(join(backup, 'manifest.json'), 'utf8'))
  const last = tables.at(-1)
  const lie = (columns: string[]) =>
    change(backup, (manifest) => ({
      ...manifest,
      tables: manifest.tables.map((table) => (table.name === last.name ? { ...table, columns } : table)),
    }))
  await lie(['no_such_column'])
  const failed = await restoreTo(target, backup)
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('no_such_column') })
  expect((await target.pool.query('select from users')).rowCount).toBe(0)
  await lie(last.columns)
  expect(await restoreTo(target, backup)).toMatchObject({ code: 0, stderr: '' })
  expect((await target.pool.query('select from users')).rowCount).toBeGreaterThan(0)
}, 60_000)

test('[BK7] a backup of an older release is brought up to date as its portal would have been', async () => {
  const old = await aTarget()
  const names = await migrationNames()
  const before = names[names.indexOf('0028_chat_filters.sql') - 1]
  const { clientConfig } = old.database
  await migrate(clientConfig, { last: before })
  await old.pool.query("insert into users (id, email, name) values ('usr_old', 'old@example.com', 'Old')")
  await old.pool.query("insert into chat_settings (user_id, instructions) values ('usr_old', 'In verse.')")
  const backup = aFolder()
  expect(await admin(old.env, 'backup', '--to', backup)).toMatchObject({ code: 0, stderr: '' })
  const target = await aTarget()
  expect(await restoreTo(target, backup)).toMatchObject({ code: 0, stderr: '' })
  const { rows } = await target.pool.query('select user_id, instructions, filters from chat_settings')
  expect(rows).toEqual([{ user_id: 'usr_old', instructions: 'In verse.', filters: [] }])
  const applied = await target.pool.query('select name from schema_migrations order by name')
  expect(applied.rows.map(({ name }) => name)).toEqual(names)
}, 60_000)

test('[BK11] signing in as somebody, links in mails and sign-ins under way end with a restore', async () => {
  const [grace, ada] = [await aSignedIn(), await aTwoFactorPerson()]
  await portal().pool.query(`update users set role = 'admin' where id = $1`, [grace.id])
  await grace.browser.post('/api/auth/sign-in/email', { email: grace.email, password })
  const begun = await grace.browser.post(`/api/admin/users/${ada.id}/impersonate`, { reason: 'Ticket' })
  expect(begun.status).toBe(200)
  await open().post('/api/auth/forgot-password', { email: ada.email })
  await open().post('/api/auth/sign-in/email', { email: ada.email, password })
  await tokenTo(ada.email, 'reset-password')
  const target = await aTarget()
  const sessions = `select user_id from sessions where user_id in ('${grace.id}', '${ada.id}') order by 1`
  const short = `select 'link' as kind from mail_links where user_id = '${ada.id}'
    union all select 'challenge' from sign_in_challenges where user_id = '${ada.id}' order by 1`
  const both = async ({ query }: { query: (sql: string) => Promise<{ rows: object[] }> }) => [
    (await query(sessions)).rows.length,
    (await query(short)).rows.length,
  ]
  const here = { query: (sql: string) => portal().pool.query(sql) }
  const there = { query: (sql: string) => target.pool.query(sql) }
  const [sessionsHere = 0] = await both(here)
  expect(await both(here)).toEqual([sessionsHere, 2])
  expect(await restoreTo(target, await aBackup())).toMatchObject({ code: 0, stderr: '' })
  expect(await both(there)).toEqual([sessionsHere - 1, 0])
}, 60_000)

test('[BK3] it is written into no folder that somebody else puts in its place', async () => {
  const [to, elsewhere] = [aFolder(), aFolder()]
  await mkdir(elsewhere)
  await mkdir(`${to}.unfinished/left/over`, { recursive: true })
  let isOver = false
  const putInPlace = async () => {
    while (!isOver) await symlink(elsewhere, `${to}.unfinished`).catch(() => {})
  }
  const others = [putInPlace(), putInPlace(), putInPlace()]
  const objects = await openObjects(portal().services.config)
  const from = { database: database(), objects, secret: { value: 'x'.repeat(32), isKept: true } }
  await backUp(from, to, () => {}).catch(() => {})
  isOver = true
  await Promise.all(others)
  expect(await readdir(elsewhere)).toEqual([])
}, 60_000)

test('[BK9] a portal moves to the embedded PostgreSQL, by commands alone', async () => {
  const backup = await aBackup()
  const DATA_DIR = aFolder()
  expect(await restoreTo({ env: { DATA_DIR } }, backup)).toMatchObject({ code: 0, stderr: '' })
  const listed = await admin({ DATA_DIR }, 'list-users')
  const there = await admin(source(), 'list-users')
  expect(listed.stdout).toBe(there.stdout)
}, 60_000)

type AnyManifest = { migrations: string[]; tables: { name: string; columns: string[] }[] }

async function change(backup: string, alter: (manifest: AnyManifest) => object): Promise<void> {
  const path = join(backup, 'manifest.json')
  await writeFile(path, JSON.stringify(alter(JSON.parse(await readFile(path, 'utf8')))))
}

async function expectUntouched({ pool, env }: Awaited<ReturnType<typeof aTarget>>): Promise<void> {
  const { rows } = await pool.query("select from pg_class where relnamespace = 'public'::regnamespace")
  expect(rows).toEqual([])
  expect(await readdir(env.DATA_DIR)).toEqual([])
}
