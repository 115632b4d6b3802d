import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { installedBinaries } from './binaries.ts'
import {
  accountsToTry,
  eventually,
  postmasterOf,
  query,
  spawnPortal,
  startPortal,
  temporaryFolder,
} from './test-portal.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

/** The installed binaries, but for an initdb that gets stuck half-way. */
function binariesThatHang(folder: string): string {
  const native = join(folder, 'package/native')
  mkdirSync(join(native, 'bin'), { recursive: true })
  for (const name of ['lib', 'share', 'bin/postgres']) {
    symlinkSync(join(installedBinaries(), name), join(native, name))
  }
  const script = `#!/bin/sh\nfolder=\${1#--pgdata=}\nmkdir "$folder/base"\necho $$ > "$folder/stuck"\nexec sleep 60\n`
  writeFileSync(join(native, 'bin/initdb'), script)
  chmodSync(join(native, 'bin/initdb'), 0o755)
  return native
}

describe.each(await accountsToTry())('first started by %s', (_name, account) => {
  const folder = temporaryFolder(account)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('a first start that was killed half-way is swept up by the next', async () => {
    const dataDir = join(folder, 'interrupted')
    const child = spawnPortal({ dataDir, account, binaries: binariesThatHang(folder) })
    const stuck = await eventually(() => {
      const pid = Number(readFileSync(join(dataDir, String(readdirSync(dataDir)[0]), 'data/stuck'), 'utf8'))
      if (!pid) throw new Error('not written yet')
      return pid
    })
    child.kill('SIGKILL')
    await once(child, 'exit')
    process.kill(stuck, 'SIGKILL')
    expect(readdirSync(dataDir)).toEqual([expect.stringMatching(/^\.postgres-new-/)])

    const portal = await startPortal({ dataDir, account })
    expect(await query(portal, 'select 1 as n')).toEqual([{ n: 1 }])
    await portal.stop()
    expect(readdirSync(dataDir)).toEqual(['postgres'])
  })

  test('two first starts at the same moment end up on one database', async () => {
    const dataDir = join(folder, 'twice')
    const portals = await Promise.all([1, 2].map(() => startPortal({ dataDir, account })))
    expect(new Set(portals.map(postmasterOf)).size).toBe(1)
    expect(readdirSync(dataDir)).toEqual(['postgres'])
    for (const portal of portals) {
      // When the first one leaves, the other brings the server back if it had no session open.
      expect(await eventually(() => query(portal, 'select 1 as n'))).toEqual([{ n: 1 }])
      await portal.stop()
    }
  })

  test.each([
    ['a program that got its process id since', '& echo $!; wait'],
    ['a zombie', '& echo $!; exec sleep 60'],
  ])('the lock of a dead server is passed when its process id belongs to %s', async (_what, rest) => {
    const dataDir = join(folder, 'locked')
    const before = await startPortal({ dataDir, account })
    const lock = join(before.clusterDir, 'postmaster.pid')
    const content = readFileSync(lock, 'utf8')
    await before.stop()

    const sleepSeconds = rest.includes('exec') ? 0 : 60
    const holder = spawn('/bin/sh', ['-c', `sleep ${sleepSeconds} ${rest}`], {
      detached: true,
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    })
    const [line] = await once(holder.stdout, 'data')
    writeFileSync(lock, content.replace(/^\d+/, String(line).trim()))
    const { uid, gid } = statSync(before.clusterDir)
    chownSync(lock, uid, gid)
    const portal = await startPortal({ dataDir, account })
    expect(portal.attached).toBe(false)
    expect(await query(portal, 'select 1 as n')).toEqual([{ n: 1 }])
    await portal.stop()
    process.kill(-Number(holder.pid), 'SIGKILL')
  })
})
