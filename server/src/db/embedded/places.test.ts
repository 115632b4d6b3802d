import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { installedBinaries, packageFor, prepareBinaries } from './binaries.ts'
import { canReach } from './reach.ts'
import { ensureSocketDir } from './socket-dir.ts'
import { accountsToTry, postmasterOf, query, startPortal, temporaryFolder } from './test-portal.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const accounts = await accountsToTry()
const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The installed package as it is when npm ran no install script: without symlinks. */
function packageWithoutLinks(name: string): string {
  const installed = installedBinaries()
  const target = join(folder, name)
  cpSync(installed, join(target, 'native'), {
    recursive: true,
    filter: (path) => !lstatSync(path).isSymbolicLink(),
  })
  writeFileSync(join(target, 'package.json'), readFileSync(join(installed, '../package.json')))
  return join(target, 'native')
}

const links = (binaries: string) =>
  readdirSync(join(binaries, 'lib'), { withFileTypes: true }).filter((entry) => entry.isSymbolicLink()).length

describe('binaries', () => {
  test.each([
    [{ os: 'linux', cpu: 'x64', musl: true }, /musl.*DATABASE_URL/],
    [{ os: 'win32', cpu: 'x64', musl: false }, /win32 on x64.*DATABASE_URL/],
    [{ os: 'linux', cpu: 's390x', musl: false }, /linux on s390x.*DATABASE_URL/],
  ])('for %o there are none, and the error asks for DATABASE_URL', (platform, sentence) => {
    expect(() => packageFor(platform)).toThrow(sentence)
  })

  test('symlinks that npm did not make are made in place', async () => {
    const binaries = packageWithoutLinks('in-place')
    expect(links(binaries)).toBe(0)
    expect(await prepareBinaries(binaries, join(folder, 'copies'), undefined)).toBe(binaries)
    expect(links(binaries)).toBe(links(installedBinaries()))
  })

  test.each(accounts)('when %s cannot use the installed ones, a copy serves', async (name, account) => {
    const base = temporaryFolder(account)
    const locked = packageWithoutLinks(`locked-${base.slice(-6)}`)
    // As root, the account PostgreSQL runs as cannot enter the package; an ordinary user cannot write into it.
    const [path, mode] = name === 'root' ? [locked, 0o700] : [join(locked, 'lib'), 0o555]
    chmodSync(path, mode)
    const portal = await startPortal({ dataDir: join(base, 'data'), account, binaries: locked })
    expect(await query(portal, 'select 1 as n')).toEqual([{ n: 1 }])
    expect(readlinkSync(`/proc/${postmasterOf(portal)}/exe`)).toContain(join(base, 'data/postgres-binaries-'))
    expect(links(locked)).toBe(0)
    await portal.stop()
    chmodSync(path, 0o755)
    rmSync(base, { recursive: true })
  })
})

describe('sockets', () => {
  test.each(accounts)(
    'a very long data directory of %s still gives a short address',
    async (_name, account) => {
      const base = temporaryFolder(account)
      const portal = await startPortal({ dataDir: join(base, 'd'.repeat(120)), account })
      const address = `${portal.clientConfig.host}/.s.PGSQL.5432`
      expect(lstatSync(address).isSocket()).toBe(true)
      expect(Buffer.byteLength(address)).toBeLessThanOrEqual(103)
      await portal.stop()
      rmSync(base, { recursive: true })
    },
  )

  test.runIf(process.getuid?.() === 0)(
    'a folder that was made and not yet handed over is handed over',
    async () => {
      const path = join(folder, 'killed')
      mkdirSync(path, { mode: 0o700 })
      const account = { uid: 65_534, gid: 65_534, name: 'nobody' }
      await ensureSocketDir(path, account)
      expect(lstatSync(path)).toMatchObject({ uid: 65_534, gid: 65_534 })
    },
  )

  test('a folder in its place that is not ours is refused', async () => {
    const link = join(folder, 'socket')
    symlinkSync(folder, link)
    await expect(ensureSocketDir(link, undefined)).rejects.toThrow(/made by someone else: delete it/)
  })
})

describe('reach', () => {
  const account = { uid: 12345, gid: 12345, name: 'x' }

  test('an account reaches what modes allow it, and nothing below a folder closed to it', async () => {
    const closed = join(folder, 'closed')
    mkdirSync(join(closed, 'open'), { recursive: true, mode: 0o755 })
    expect(await canReach(account, join(closed, 'open'), 'enter')).toBe(true)
    chmodSync(closed, 0o700)
    expect(await canReach(account, join(closed, 'open'), 'enter')).toBe(false)
    expect(await canReach(undefined, join(closed, 'open'), 'enter')).toBe(true)
  })
})
