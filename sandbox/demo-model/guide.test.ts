// The questions newcomers ask, against the documentation as it is.
import { expect, test } from 'vitest'
import { loadDocuments } from './documents.ts'
import { createSearch } from './search.ts'

const documents = await loadDocuments(new URL('../../docs/guide', import.meta.url).pathname)
const search = createSearch(documents)

test.each([
  ['How do I create an API key?', 'api-keys.md'],
  ['How do I rotate a key?', 'api-keys.md'],
  ['What is the base URL?', 'getting-started.md'],
  ['How do I connect a real model?', 'models.md'],
  ['How can I use Ollama?', 'connect-a-model.md'],
  ['how do I stream responses', 'streaming.md'],
  ['What happens when I hit a limit?', 'limits-and-errors.md'],
  ['How do I authenticate?', 'authentication.md'],
  ['How do I send an image?', 'chat-completions.md'],
  ['Explain tool_choice', 'function-calling.md'],
  ['How do I change the port?', 'configuration.md'],
  ['where is my data stored?', 'self-hosting.md'],
])('"%s" is answered from %s', (question, path) => {
  expect(search(question)).toMatchObject({ path, quote: expect.stringMatching(/[.!?…]$/) })
})

test.each([
  'What is machine learning?',
  'How do I make pancakes?',
  'What is the weather in Athens?',
  'Write a haiku',
])('"%s" is no question about the portal', (question) => {
  expect(search(question)).toBeUndefined()
})

test('every page begins with its title, and every link between pages leads somewhere', () => {
  const anchors = new Set(
    documents.flatMap(({ path, text }) => [path, ...headingsOf(text).map((id) => `${path}#${id}`)]),
  )
  for (const { path, text } of documents) {
    expect(text).toMatch(/^# \S/)
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(
      ([, target = '']) => (target.startsWith('#') ? path : '') + target,
    )
    for (const link of links) expect(anchors, `${path} links to ${link}`).toContain(link)
  }
})

/** As GitHub names headings. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  return headings.map((heading) => heading.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
}
