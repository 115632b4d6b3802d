import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { shutDown } from './postmaster.ts'
import { startPortal, temporaryFolder } from './test-portal.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const folder = temporaryFolder()
const dataDir = join(folder, 'data')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a server that ignores polite signals is ended all the same', async () => {
  const deaf = spawn('/bin/sh', ['-c', `trap '' INT QUIT; echo ready; while :; do sleep 0.05; done`])
  await once(deaf.stdout, 'data')
  const exit = once(deaf, 'exit')
  await shutDown({ pid: Number(deaf.pid), socketDir: '', attached: false, ended: exit.then(() => {}) }, 100)
  expect(await exit).toEqual([null, 'SIGKILL'])
})

test('a start that cannot succeed says what is wrong and what to do', async () => {
  const portal = await startPortal({ dataDir })
  await portal.stop()
  const cluster = join(dataDir, 'postgres')

  const spoil = async (name: string, content: string | undefined) => {
    renameSync(join(cluster, name), join(cluster, `${name}.kept`))
    if (content !== undefined) writeFileSync(join(cluster, name), content)
    const message = await startPortal({ dataDir }).then(() => '', String)
    rmSync(join(cluster, name), { recursive: true, force: true })
    renameSync(join(cluster, `${name}.kept`), join(cluster, name))
    return message
  }
  expect(await spoil('data/PG_VERSION', '17\n')).toMatch(/made by PostgreSQL 17; this release brings 18/)
  expect(await spoil('password', undefined)).toMatch(/cannot be used without its file password/)
  expect(await spoil('data/postgresql.conf', 'nonsense\n')).toMatch(/could not start in .*syntax error/s)
  expect(await spoil('data', undefined)).toMatch(/is not a database of the portal/)

  rmSync(dataDir, { recursive: true })
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'postgres'), '')
  await expect(startPortal({ dataDir })).rejects.toThrow(/is not a database of the portal/)
})
