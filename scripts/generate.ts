// Writes every generated file, or with --check tells which are stale.
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { endpoints, openApiDocument } from '../contract/index.ts'
import { environmentExample } from '../server/src/config.ts'
import { generateSchema } from './generate-schema.ts'

const root = dirname(import.meta.dirname)
const isCheck = process.argv.includes('--check')

const document = openApiDocument(endpoints, { title: 'LLM Portal', version: '0.1.0' })
const files = [
  { path: 'docs/reference/openapi.json', content: `${JSON.stringify(document, null, 2)}\n` },
  { path: '.env.example', content: environmentExample() },
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
