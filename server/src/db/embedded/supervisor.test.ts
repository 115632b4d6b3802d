import { readdirSync, rmSync, statSync } from 'node:fs'
import { readFile, readlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Account } from './account.ts'
import {
  accountsToTry,
  eventually,
  type Portal,
  postmasterOf,
  query,
  startPortal,
  temporaryFolder,
  untilGone,
} from './test-portal.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

/** One data directory and the portal on it, through all that happens to them in turn. */
interface Life {
  account: Account | undefined
  dataDir: string
  portal: Portal
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
const keptRows = (life: Life) => query(life.portal, 'select n from kept order by n')

describe.each(await accountsToTry())('started by %s', (_name, account) => {
  const folder = temporaryFolder(account)
  const dataDir = join(folder, 'data')
  const life = { account, dataDir } as Life

  beforeAll(async () => {
    life.portal = await startPortal(life)
    await query(life.portal, 'create table kept (n int primary key); insert into kept values (1)')
  })
  afterAll(async () => {
    await life.portal.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  privacy(life)
  interruptions(life)
  kills(life)
})

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    // it has noticed already
  }
}

function privacy(life: Life): void {
  test('files, password and socket are private to one account that is not root', () => {
    const { clusterDir, clientConfig } = life.portal
    expect(mode(clusterDir)).toBe('700')
    expect(mode(join(dirname(clusterDir), 'password'))).toBe('600')
    expect(mode(clientConfig.host ?? '')).toBe('700')
    const { uid } = statSync(`/proc/${postmasterOf(life.portal)}`)
    expect(uid).not.toBe(0)
    expect(statSync(clusterDir).uid).toBe(uid)
  })

  test('the password is needed, and is in no command line and no log', async () => {
    const { clientConfig, clusterDir } = life.portal
    const wrong = query({ clientConfig: { ...clientConfig, password: 'wrong' } }, 'select 1')
    await expect(wrong).rejects.toMatchObject({ code: '28P01' })
    const password = String(clientConfig.password)
    expect(password.length).toBeGreaterThanOrEqual(43)
    const commandLine = await readFile(`/proc/${postmasterOf(life.portal)}/cmdline`, 'utf8')
    const serverLog = await readFile(join(dirname(clusterDir), 'log'), 'utf8')
    expect(commandLine + serverLog + life.portal.log()).not.toContain(password)
  })

  test('no TCP port is open', async () => {
    const fds = `/proc/${postmasterOf(life.portal)}/fd`
    const targets = await Promise.all(readdirSync(fds).map((fd) => readlink(join(fds, fd)).catch(() => '')))
    const sockets = targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
    const tcp = (await readFile('/proc/net/tcp', 'utf8')) + (await readFile('/proc/net/tcp6', 'utf8'))
    expect(sockets.length).toBeGreaterThan(0)
    expect(sockets.filter((inode) => tcp.includes(` ${inode} `))).toEqual([])
  })

  test('commits reach the disk, in UTF-8 and UTC', async () => {
    const settings = ['fsync', 'full_page_writes', 'server_encoding', 'TimeZone', 'data_checksums']
    const rows = await query(
      life.portal,
      `select ${settings.map((name) => `current_setting('${name}') as ${name}`)}`,
    )
    expect(Object.values(rows[0] as object)).toEqual(['on', 'on', 'UTF8', 'UTC', 'on'])
  })
}

function interruptions(life: Life): void {
  test("the terminal's Ctrl-C does not reach the database", async () => {
    const pid = postmasterOf(life.portal)
    process.kill(-life.portal.pid, 'SIGINT')
    expect(await keptRows(life)).toEqual([{ n: 1 }])
    expect(postmasterOf(life.portal)).toBe(pid)
  })

  test('a second process uses the same server, and leaving does not take it from the first', async () => {
    const session = query(life.portal, `select pg_sleep(60)`)
    const second = await startPortal(life)
    expect(second.attached).toBe(true)
    await second.stop()
    expect(await keptRows(life)).toEqual([{ n: 1 }])
    const cancel = `select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`
    await Promise.all([expect(session).rejects.toMatchObject({ code: '57014' }), query(life.portal, cancel)])
  })

  test('stopping ends the server and removes its socket; starting again keeps the data', async () => {
    const { portal } = life
    const pid = postmasterOf(portal)
    await portal.stop()
    await untilGone(pid, portal.clusterDir)
    expect(() => statSync(portal.clientConfig.host ?? '')).toThrow('ENOENT')
    life.portal = await startPortal(life)
    expect(life.portal.attached).toBe(false)
    expect(await keptRows(life)).toEqual([{ n: 1 }])
  })
}

function kills(life: Life): void {
  test('a database killed with -9 is back within seconds while the portal lives', async () => {
    const pid = postmasterOf(life.portal)
    process.kill(pid, 'SIGKILL')
    expect(await eventually(() => keptRows(life))).toEqual([{ n: 1 }])
    expect(postmasterOf(life.portal)).not.toBe(pid)
  })

  test('after kill -9 of the portal the next start takes over its server, and watches it too', async () => {
    const pid = postmasterOf(life.portal)
    await life.portal.kill()
    life.portal = await startPortal(life)
    expect(life.portal.attached).toBe(true)
    expect(postmasterOf(life.portal)).toBe(pid)
    process.kill(pid, 'SIGKILL')
    expect(await eventually(() => keptRows(life))).toEqual([{ n: 1 }])
  })

  test('after kill -9 of both, the next start recovers what was committed', async () => {
    await query(life.portal, 'insert into kept values (2)')
    const pid = postmasterOf(life.portal)
    process.kill(life.portal.pid, 'SIGKILL')
    process.kill(pid, 'SIGKILL')
    life.portal = await startPortal(life)
    expect(life.portal.attached).toBe(false)
    expect(await keptRows(life)).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('a deleted data directory means an empty portal, even while the old server still runs', async () => {
    const { clusterDir, clientConfig } = life.portal
    const oldPid = postmasterOf(life.portal)
    await life.portal.kill()
    rmSync(life.dataDir, { recursive: true })
    life.portal = await startPortal(life)
    expect(life.portal.attached).toBe(false)
    expect(await query(life.portal, `select to_regclass('kept') as kept`)).toEqual([{ kept: null }])
    // It notices within a minute that its files are gone; the test does not wait for that.
    killIfThere(oldPid)
    await eventually(() => expect(() => statSync(`/proc/${oldPid}/cwd`)).toThrow())
    expect(life.portal.clusterDir).toBe(clusterDir)
    rmSync(String(clientConfig.host), { recursive: true, force: true })
    expect(await query(life.portal, 'select 1 as n')).toEqual([{ n: 1 }])
  })
}
