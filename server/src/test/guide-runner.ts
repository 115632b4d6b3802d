// Runs what the guide shows, as a reader would: in a folder where the packages resolve, against a real portal.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pythonModules } from './guide-python.ts'
import type { Language, Program } from './guide-samples.ts'

/** How a program ended; `statuses` are those of its calls with curl. */
export type Run = { exitCode: number; stdout: string; stderr: string; statuses: string[] }

/** The addresses that the guide uses for a portal. */
const addresses = /http:\/\/127\.0\.0\.1:3000|https:\/\/portal\.example\.com/g

const root = fileURLToPath(new URL('../../..', import.meta.url))
const path = `${root}node_modules/.bin:/usr/local/bin:/usr/bin:/bin`
const endings: Record<Language, string> = { ts: 'ts', js: 'mjs', python: 'py', sh: 'sh' }
const timeoutMs = 20_000

const curlSettings = `silent
show-error
fail-with-body
write-out = "%{stderr}status %{http_code}\\n"
`

const nameOf = ({ page, lines, language }: Program): string =>
  `${page.replace('.md', '')}-${lines[0]}.${endings[language]}`

/** A folder to run samples in: a checkout as they see it. `env` is what a reader has set before. */
export async function createSampleRunner({ url, env }: { url: string; env: Record<string, string> }) {
  const folder = await mkdtemp('/tmp/portal-guide-')
  const atRoot = ['node_modules', 'server', 'contract', 'sandbox', 'package.json']
  await Promise.all(atRoot.map((name) => symlink(join(root, name), join(folder, name))))
  await mkdir(join(folder, 'python'))
  const files = {
    '.curlrc': curlSettings,
    'password.txt': 'SecureP@ssw0rd!\n',
    ...Object.fromEntries(Object.entries(pythonModules).map(([name, code]) => [`python/${name}`, code])),
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
  const execute = (file: string, args: string[]): Promise<Run> =>
    run(file, args, {
      cwd: folder,
      env: { PATH: path, HOME: folder, CURL_HOME: folder, PYTHONPATH: join(folder, 'python'), ...env },
    })

  /** Saves a program as its reader would, and gives the command that runs it. */
  async function saved(program: Program): Promise<string> {
    const { language, code } = program
    const name = nameOf(program)
    await writeFile(join(folder, name), code.replaceAll(addresses, url))
    return { ts: `node ${name}`, js: `node ${name}`, python: `python3 ${name}`, sh: `. ./${name}` }[language]
  }

  return {
    /** Runs a program; what one of a page exports, the next ones of that page have. */
    async run(program: Program): Promise<Run> {
      const exported = `./exported-${program.page}`
      const script = `set -euo pipefail
if [ -f ${exported} ]; then . ${exported}; fi
${await saved(program)}
export -p > ${exported}`
      return execute('bash', ['-c', script])
    },
    /** Runs the compiler over the TypeScript programs, as strict as it is by its own name. */
    async checkTypes(programs: readonly Program[]): Promise<Run> {
      await Promise.all(programs.map(saved))
      const settings = {
        compilerOptions: {
          ...{ strict: true, noEmit: true, skipLibCheck: true, target: 'es2024', types: ['node'] },
          ...{ module: 'nodenext', verbatimModuleSyntax: true, erasableSyntaxOnly: true },
        },
        files: programs.map((program) => nameOf(program)),
      }
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings))
      return execute('tsc', ['-p', '.'])
    },
    hasPython: async () => (await execute('python3', ['--version'])).exitCode === 0,
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

const run = (
  file: string,
  args: string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<Run> =>
  new Promise((resolve) => {
    const child = execFile(file, args, { ...options, timeout: timeoutMs }, (error, stdout, stderr) => {
      const statuses = [...stderr.matchAll(/^status (\d+)$/gm)].map(([, status = '']) => status)
      resolve({ exitCode: error ? (child.exitCode ?? -1) : 0, stdout, stderr, statuses })
    })
  })
