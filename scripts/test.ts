// Runs every check and every test, then says how many passed.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedCluster, startOwnCluster } from '../server/src/db/test-database.ts'

const checks = [
  ['biome', 'check', '.'],
  ['tsc', '-b'],
  ['knip'],
  ['node', 'scripts/check-architecture.ts'],
  ['node', 'scripts/generate.ts', '--check'],
  // The journeys see what is served: built once, before they start side by side.
  ['node', 'scripts/build-web.ts'],
  ['node', 'scripts/ensure-programs.ts'],
]

type Report = {
  numPassedTests: number
  numFailedTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

let passed = 0
let failed = 0
const count = (isGood: boolean): void => {
  if (isGood) passed += 1
  else failed += 1
}

// Two at a time: each is busy with one processor.
const waiting = [...checks]
const checkNext = async (): Promise<void> => {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [command = '', ...args] = next
    const { isGood, said } = await runQuietly(command, args)
    process.stdout.write(`\n$ ${next.join(' ')}\n${said}`)
    count(isGood)
  }
}
await Promise.all([checkNext(), checkNext()])

const folder = mkdtempSync(join(tmpdir(), 'portal-test-'))
const outputFile = join(folder, 'report.json')
const only = process.argv.slice(2)
const cluster = await startOwnCluster()
const isWhole = await run(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`, ...only],
  { [sharedCluster]: JSON.stringify(cluster.clientConfig) },
)
await cluster.stop()
const report: Report = JSON.parse(readFileSync(outputFile, 'utf8'))
rmSync(folder, { recursive: true })
passed += report.numPassedTests
// A file that could not even be loaded counts as one failure.
const unloaded = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
)
failed += report.numFailedTests + unloaded.length
if (!isWhole && failed === 0) failed += 1

process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)

/** Runs it, and keeps what it says until it has ended. */
function runQuietly(command: string, args: string[]): Promise<{ isGood: boolean; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    child.once('error', (error) => resolve({ isGood: false, said: `${error.message}\n` }))
    child.once('close', (code) => resolve({ isGood: code === 0, said }))
  })
}

function run(command: string, args: string[], more: Record<string, string>): Promise<boolean> {
  return new Promise((resolve) => {
    // biome-ignore lint/style/noProcessEnv: passed on, not read.
    const env = { ...process.env, ...more }
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}
