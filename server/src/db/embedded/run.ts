import { spawn } from 'node:child_process'
import type { Account } from './account.ts'

/**
 * Environment of every PostgreSQL process: nothing of ours, so no secret of the portal reaches it and messages are
 * in English for `launch` to read.
 */
export const postgresEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }

/** Spawn options that make a process run as `account`. */
export function identityOf(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {}
}

/** Runs a program to its end; rejects with what it said on stderr when it fails. */
export function run(file: string, args: string[], account: Account | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...identityOf(account),
      cwd: '/',
      env: postgresEnvironment,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text
    })
    child.on('error', (cause) =>
      reject(new Error(`${file} could not be started: ${cause.message}`, { cause })),
    )
    child.on('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${file} failed (${signal ?? code}): ${said.trim()}`))
    })
  })
}
