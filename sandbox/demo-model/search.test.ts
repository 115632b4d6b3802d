import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadDocuments } from './documents.ts'
import { createSearch } from './search.ts'

const pages = [
  {
    path: 'api-keys.md',
    title: 'API keys',
    text: '# API keys\n\nKeys open the gateway.\n\n## Create a key\n\nSend `POST /api/keys` with a **name**. See [limits](x.md).\n\n```sh\n# not a heading\ncurl\n```\n\n## Rotate a key\n\nRegenerating keeps the old secret for a grace period.\n',
  },
  {
    path: 'streaming.md',
    title: 'Streaming',
    text: `# Streaming\n\n${'Tokens arrive as events. '.repeat(30)}`,
  },
]
const search = createSearch(pages)

test.each([
  ['How do I create an API key?', 'Create a key'],
  ['how can I rotate keys', 'Rotate a key'],
  ['Tell me about streaming', 'Streaming'],
])('%s finds the section %s', (question, heading) => {
  expect(search(question)).toMatchObject({ heading })
})

test.each([
  'What is the capital of France?',
  'Hello there',
  'Write a poem about keys and flowers',
  '',
  '???',
])('a question that is not about the portal finds nothing: %s', (question) => {
  expect(search(question)).toBeUndefined()
})

test('a name is found whole: one that shares a part of it is another', () => {
  const settings = [
    {
      path: 'a.md',
      title: 'Basics',
      text: '# Basics\n\nIntroduction.\n\n## Tables: DATABASE_URL\n\nSet `DATABASE_URL`.',
    },
    {
      path: 'b.md',
      title: 'Network',
      text: '# Network\n\nOpen it.\n\n| name | meaning |\n|---|---|\n| `PUBLIC_URL` | Where it is. |\n| `retryMs` | How long. | 5 |',
    },
  ]
  const find = createSearch(settings)
  expect(find('set PUBLIC_URL')).toEqual({
    page: 'Network',
    path: 'b.md',
    heading: 'Network',
    quote: 'PUBLIC_URL: Where it is.',
  })
  expect(find('what is retryMs')?.quote).toBe('retryMs: How long; 5.')
  expect(find('DATABASE_URL')?.path).toBe('a.md')
})

test('a quote is plain text without code, markup or links', () => {
  expect(search('create key')?.quote).toBe('Send POST /api/keys with a name. See limits.')
})

test('a long quote ends with a sentence within 300 characters', () => {
  const quote = search('streaming')?.quote ?? ''
  expect(quote.length).toBeLessThanOrEqual(300)
  expect(quote).toMatch(/events\.$/)
})

test('pages are read from a directory by path; a missing directory has none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'demo-model-'))
  try {
    await writeFile(join(directory, 'b.md'), '# Second\n\nText')
    await writeFile(join(directory, 'a.md'), 'No heading')
    await writeFile(join(directory, 'c.txt'), '# Not Markdown')
    expect(await loadDocuments(directory)).toEqual([
      { path: 'a.md', title: 'a.md', text: 'No heading' },
      { path: 'b.md', title: 'Second', text: '# Second\n\nText' },
    ])
    expect(await loadDocuments(join(directory, 'missing'))).toEqual([])
  } finally {
    await rm(directory, { recursive: true })
  }
})
