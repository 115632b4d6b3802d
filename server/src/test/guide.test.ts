// Every piece of code in the guide is run as it stands there, but for the portal's address and the key.
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { expectAnswer } from './guide-answers.ts'
import { createSampleRunner } from './guide-runner.ts'
import { blocksOf, type Program, printsOf, programsOf, unknownBlocks } from './guide-samples.ts'
import { type Portal, startPortal } from './index.ts'

const guide = new URL('../../../docs/guide/', import.meta.url)
const readme = new URL('../../../README.md', import.meta.url)
const names = (await readdir(guide)).filter((name) => name.endsWith('.md')).sort()
const pages = [
  ...names.map((name) => ({ name, file: new URL(name, guide) })),
  { name: 'README.md', file: readme },
]
const blocks = (
  await Promise.all(pages.map(async ({ name, file }) => blocksOf(name, await readFile(file, 'utf8'))))
).flat()
const programs = programsOf(blocks).map((program) => ({
  ...program,
  title: `${program.page}:${program.lines.join(', ')} (${program.language})`,
}))

let cluster: TestCluster
let portal: Portal
let runner: Awaited<ReturnType<typeof createSampleRunner>>
let key: string
beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startPortal({ cluster, models: 'demo' })
  const reader = await portal.aKey()
  const other = await portal.aKey({ owner: reader.owner, name: 'Another key' })
  key = reader.secret
  const env = { PORTAL_KEY: key, KEY_ID: other.id, DATABASE_URL: portal.database.url, LOG_LEVEL: 'silent' }
  runner = await createSampleRunner({ url: portal.url, env })
})
afterAll(async () => {
  await runner?.close()
  await portal?.close()
  await cluster?.stop()
})

async function expectToRun(program: Program): Promise<void> {
  const { exitCode, stdout, stderr, statuses } = await runner.run(program)
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 })
  for (const status of statuses) expect(['200', '201']).toContain(status)
  for (const line of printsOf(program.code)) expect(stdout.split('\n')).toContain(line)
  if (program.answer) expectAnswer(stdout, program.answer)
}

const written = (...wanted: Program['language'][]) =>
  programs.filter(({ language }) => wanted.includes(language))

test('every block of code is one that can be run, or says why it is not', () => {
  expect(unknownBlocks(blocks).map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([])
})

describe('as it is written, it runs', () => {
  test.each(written('ts', 'js', 'sh'))('$title', expectToRun)
})

test('the TypeScript keeps to the types of the official packages', async () => {
  expect(await runner.checkTypes(written('ts'))).toMatchObject({ stdout: '', exitCode: 0 })
})

test.for(written('python'))('$title makes requests that are answered', async (program, { skip }) => {
  if (!(await runner.hasPython())) skip('There is no python3 here.')
  await expectToRun(program)
})

const requests = blocks
  .filter(({ language, isAnswer }) => language === 'json' && !isAnswer)
  .filter(({ code }) => /^\{\n {2}"model"/.test(code))

test.each(requests)('the body at $page:$line is a request that is answered', async ({ code }) => {
  const response = await portal.post({ key, body: code })
  expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 200 })
})

describe('what these tests are made of', () => {
  const fenced = (language: string, code: string) => `\`\`\`${language}\n${code}\n\`\`\`\n`
  const programOf = (code: string, language: Program['language']): Program => ({
    page: 'made-up.md',
    ...{ lines: [1], language, code, answer: null },
  })

  test('a block in no known language is found, unless it says why it is not run', () => {
    const said = blocksOf('a.md', `<!-- not run: takes a day -->\n\n${fenced('bash', 'sleep 86400')}`)
    expect(unknownBlocks(said)).toEqual([])
    expect(programsOf(said)).toEqual([])
    for (const language of ['bash', '', 'typescript']) {
      expect(unknownBlocks(blocksOf('a.md', `Text.\n\n${fenced(language, 'x')}`))).toHaveLength(1)
    }
    expect(() => blocksOf('a.md', '```sh\nls')).toThrow('a.md')
  })

  test('code without imports goes on with the code before it, and of a diff what it leaves is run', () => {
    const page = ['ts', 'import a from "a"', 'sh', 'ls', 'ts', 'a()', 'diff sh', '-old\n+new\n same']
    const text = page.map((_, i) => (i % 2 ? fenced(page[i - 1] ?? '', page[i] ?? '') : '')).join('\n')
    expect(programsOf(blocksOf('a.md', text)).map(({ code }) => code)).toEqual([
      'import a from "a"\na()\n',
      'ls\n',
      'new\nsame\n',
    ])
  })

  test.each([
    ['a program that fails', 'ts', 'process.exit(3)'],
    ['one that prints something else', 'ts', 'console.log(1) // prints: 2'],
    ['a command in the middle that fails', 'sh', 'false\ntrue'],
    ['a call that is refused', 'sh', 'curl http://127.0.0.1:3000/api/keys'],
  ] as const)('%s is found', async (_, language, code) => {
    await expect(expectToRun(programOf(code, language))).rejects.toThrow()
  })

  test('a program that breaks the types is found', async () => {
    const wrong = programOf("import OpenAI from 'openai'\nnew OpenAI({ apiKey: 1 })", 'ts')
    expect((await runner.checkTypes([wrong])).stdout).toContain('made-up-1.ts')
  })

  test.each([
    ['{"a": [{"type": "x"}]}', '{"a": [{"type": "y"}]}'],
    ['{"a": [{"n": 1}]}', '{"a": []}'],
    ['{"a": {"b": 1}}', '{"a": {"b": "1"}}'],
    ['{"a": {"b": 1}}', '{"a": null}'],
  ])('an answer shown as %s is not %s', (code, output) => {
    expectAnswer(code, { language: 'json', code })
    expect(() => expectAnswer(output, { language: 'json', code })).toThrow()
    expectAnswer('first\n\nsecond 7', { language: 'text', code: 'first\nsecond …' })
    expect(() => expectAnswer('second\nfirst', { language: 'text', code: 'first\nsecond' })).toThrow()
  })
})
