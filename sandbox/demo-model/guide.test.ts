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
  ['how do I set TRUST_PROXY', 'configuration.md', 'Run behind a reverse proxy: TRUST_PROXY'],
  ['What happens on SIGTERM?', 'self-hosting.md', 'Stop and restart: SIGTERM'],
  ['port already in use', 'self-hosting.md', 'If the port is already in use'],
  ['what does a model cost', 'models.md', 'What a model costs: prices'],
  ['how do I set prices', 'connect-a-model.md', 'Prices'],
  ["can I use Anthropic's SDK", 'getting-started.md', "Anthropic's SDK, Claude and other formats"],
  ['How large may a request body be?', 'limits-and-errors.md', 'How large a request body may be (413)'],
  ['what is the maximum body size', 'limits-and-errors.md', 'How large a request body may be (413)'],
  ['what is the timeout of a request?', 'limits-and-errors.md', 'Timeouts: how long a request may take'],
  ['how do I rotate a key', 'api-keys.md', 'Rotate a key'],
  ['Why do I get 401?', 'authentication.md', 'When authentication fails (401, 403)'],
  ['how do I back up the portal', 'self-hosting.md', 'Back up and restore'],
  ['how do I set a temperature', 'chat-completions.md', 'Temperature'],
  ['What is the default port?', 'configuration.md', 'Change the port or address'],
  ['how do I see metrics', 'monitoring.md', 'Prometheus'],
  ['how do I get JSON output', 'chat-completions.md', 'JSON answers (structured output)'],
])('"%s" is answered from %s, section "%s"', (question, path, heading) => {
  expect(search(question)).toMatchObject({ path, heading })
})

test.each([
  ['what is LOG_LEVEL', /^LOG_LEVEL: How much is logged;/],
  ['what does firstByteMs mean', /^firstByteMs: optional; milliseconds /],
  ['what is model_not_found', /model_not_found/],
])('"%s" is answered with what the documentation says of that name', (question, quote) => {
  expect(search(question)?.quote).toMatch(quote)
})

test.each([
  'What is machine learning?',
  'How do I make pancakes?',
  'What is the weather in Athens?',
  'Write a haiku',
  'What is your name?',
  'Tell me a joke',
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
    // What is no page of the guide is on the web.
    const pages = links.filter((link) => !/^https:\/\//.test(link))
    for (const link of pages) expect(anchors, `${path} links to ${link}`).toContain(link)
  }
})

/** As GitHub names headings. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  return headings.map((heading) => heading.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
}
