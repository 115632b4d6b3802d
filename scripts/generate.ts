// Writes every generated file, or with --check tells which are stale.
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { describeApi, errorDefinitions } from '../contract/index.ts'
import { environmentExample, environmentTable } from '../server/src/environment.ts'
import { generateSchema } from './generate-schema.ts'

const root = dirname(import.meta.dirname)
const isCheck = process.argv.includes('--check')

const configurationPage = 'docs/guide/configuration.md'
const errorsPage = 'docs/guide/limits-and-errors.md'
const files = [
  { path: 'docs/reference/openapi.json', content: `${JSON.stringify(describeApi(), null, 2)}\n` },
  { path: '.env.example', content: environmentExample() },
  { path: configurationPage, content: await withTable(configurationPage, environmentTable()) },
  { path: errorsPage, content: await withTable(errorsPage, errorTable()) },
  ...(await generateSchema()),
]

const stale: string[] = []
for (const { path, content } of files) {
  const file = resolve(root, path)
  const present = await readFile(file, 'utf8').catch(() => null)
  if (present === content) continue
  stale.push(relative(root, file))
  if (!isCheck) await writeFile(file, content)
}

if (isCheck && stale.length > 0) {
  process.stderr.write(`Stale: ${stale.join(', ')}. Run "npm run generate" and commit.\n`)
  process.exit(1)
}
process.stdout.write(stale.length > 0 ? `Wrote ${stale.join(', ')}.\n` : 'Every generated file is current.\n')

/** A page with its generated table, which stands between two marks. */
async function withTable(path: string, table: string): Promise<string> {
  const page = await readFile(resolve(root, path), 'utf8')
  const [before, , after] = page.split(/(?<=<!-- generated -->\n)|(?=<!-- end of generated -->)/)
  if (before === undefined || after === undefined) throw new Error(`${path} has lost its marks.`)
  return `${before}\n${table}\n${after}`
}

function errorTable(): string {
  const rows = Object.entries(errorDefinitions).map(
    ([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |\n`,
  )
  return `| code | status | meaning |\n|---|---|---|\n${rows.join('')}`
}
