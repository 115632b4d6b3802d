// What only root meets: a checkout and data in a home that no other account can enter.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { isRoot } from './account.ts'
import { installedBinaries } from './binaries.ts'
import { ensureCluster } from './cluster.ts'
import { postmasterOf, query, startPortal, temporaryFolder, untilGone } from './test-portal.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const sayNothing = { info() {}, warn() {}, error() {} }

describe.runIf(isRoot())('as root', () => {
  const home = mkdtempSync('/root/portal-db-')
  const dataDir = join(home, 'data')
  const places: string[] = []
  afterAll(() => {
    for (const path of [home, ...places]) rmSync(path, { recursive: true, force: true })
  })

  test('data and binaries in a home closed to others work, and survive a restart', async () => {
    const binaries = join(home, 'package/native')
    cpSync(installedBinaries(), binaries, { recursive: true, verbatimSymlinks: true })
    writeFileSync(join(home, 'package/package.json'), '{"version":"0.0.0-test"}')
    const start = () => startPortal({ dataDir, binaries })

    const first = await start()
    places.push(dirname(first.clusterDir), '/var/lib/llm-portal/postgres-binaries-0.0.0-test')
    expect(statSync('/root').mode & 0o077).toBe(0)
    expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true)
    expect(realpathSync(`/proc/${postmasterOf(first)}/exe`)).toMatch(/^\/var\/lib\/llm-portal\//)
    await query(first, 'create table kept (n int)')
    await first.stop()

    const second = await start()
    expect(await query(second, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }])
    await second.kill()
  })

  test('when that data directory is deleted the next start is empty, and ends the server left behind', async () => {
    const oldDir = String(places[0])
    const pid = postmasterOf({ clusterDir: join(oldDir, 'data') })
    rmSync(dataDir, { recursive: true })
    const portal = await startPortal({ dataDir })
    places.push(dirname(portal.clusterDir))
    expect(await query(portal, `select to_regclass('kept') as kept`)).toEqual([{ kept: null }])
    await untilGone(pid, join(oldDir, 'data'))
    expect(existsSync(oldDir)).toBe(true)
    expect(portal.log()).toContain(oldDir)
    await portal.stop()
  })

  test('a link to a database that is gone is refused rather than replaced by an empty one', async () => {
    const folder = dirname(realpathSync(join(dataDir, 'postgres/data')))
    rmSync(folder, { recursive: true })
    await expect(ensureCluster({ dataDir, log: sayNothing })).rejects.toThrow(
      /points to a database that is gone/,
    )
  })
})

describe.runIf(isRoot())('as root, accounts', () => {
  test('a user id without an entry in the password file is told what to do', async () => {
    const other = temporaryFolder({ uid: 54321, gid: 54321, name: '' })
    const started = startPortal({
      dataDir: join(other, 'data'),
      account: { uid: 54321, gid: 54321, name: '' },
    })
    await expect(started).rejects.toThrow(/User id 54321 has no entry in \/etc\/passwd.*DATABASE_URL/)
    rmSync(other, { recursive: true })
  })

  test('files that were copied by root are handed back to the account PostgreSQL runs as', async () => {
    const folder = temporaryFolder()
    const before = await startPortal({ dataDir: join(folder, 'data') })
    await before.stop()
    cpSync(join(folder, 'data'), join(folder, 'restored'), { recursive: true })
    expect(statSync(join(folder, 'restored/postgres/data')).uid).toBe(0)
    const portal = await startPortal({ dataDir: join(folder, 'restored') })
    expect(await query(portal, 'select 1 as n')).toEqual([{ n: 1 }])
    await portal.stop()
    rmSync(folder, { recursive: true })
  })
})
