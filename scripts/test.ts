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
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[]
}

/** What fails in few files may be the machine's doing, and is seen by itself; what fails in many is not. */
const filesAgainMax = 5
const isUnloaded = ({ status, assertionResults }: Report['testResults'][number]) =>
  status === 'failed' && assertionResults.length === 0

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
const first = await runTests(only)
const failing = first.testResults.filter(({ status }) => status === 'failed')
const again = failing.length <= filesAgainMax ? failing : []
const second = again.length > 0 ? await runTests(again.map(({ name }) => name)) : null
await cluster.stop()
rmSync(folder, { recursive: true })
for (const { name, assertionResults } of again) {
  const tests = assertionResults.filter(({ status }) => status === 'failed')
  const named = tests.map(({ fullName }) => `\n  ${fullName}`).join('')
  process.stdout.write(`\nFailed beside others, and was run once more: ${name}${named}\n`)
  passed -= assertionResults.filter(({ status }) => status === 'passed').length
}
passed += first.numPassedTests + (second?.numPassedTests ?? 0)
const { numFailedTests, testResults, isGood } = second ?? first
// A file that could not even be loaded counts as one failure.
failed += numFailedTests + testResults.filter(isUnloaded).length
if (!isGood && failed === 0) failed += 1

process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)

/** Runs the files, or all of them; reads what became of each. */
async function runTests(files: readonly string[]): Promise<Report & { isGood: boolean }> {
  const isGood = await run(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`, ...files],
    { [sharedCluster]: JSON.stringify(cluster.clientConfig) },
  )
  return { ...(JSON.parse(readFileSync(outputFile, 'utf8')) as Report), isGood }
}

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
