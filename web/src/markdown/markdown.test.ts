import { createElement as element, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { type Tokenised, tokenise } from './growing-tokens.ts'
import { Bare, Markdown, type MarkdownKit } from './markdown.tsx'
import { OutwardLink } from './outward-link.tsx'
import { safeHref } from './safe-href.ts'

const kit: MarkdownKit = {
  Heading: ({ children }: { children: ReactNode }) => element('h3', null, children),
  Link: OutwardLink,
  Code: ({ token }) => element('pre', null, token.text),
  Table: Bare,
  Math: ({ token }) => token.raw,
  html: 'source',
}
const htmlOf = (text: string) =>
  renderToStaticMarkup(element(Markdown, { tokens: tokenise(text, null).tokens, kit }))
/** The formulas of a text. */
const formulas = (text: string): string[] => {
  const found: string[] = []
  JSON.stringify(tokenise(text, null).tokens, (_, value) => {
    if (value?.type === 'math') found.push(value.text)
    return value
  })
  return found
}

test('[W-66] a model’s links lead to web pages and mail alone', () => {
  expect(safeHref('https://example.com/a?b#c')).toBe('https://example.com/a?b#c')
  expect(safeHref('mailto:a@example.com')).toBe('mailto:a@example.com')
  for (const href of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    '/keys',
    '//evil.example',
    '',
  ])
    expect(safeHref(href), href).toBeNull()
})

test.each([
  'Between $5 and $10.',
  'US$2bn to $4bn, 20~25 of them',
  'pstree -p $$',
  'echo $$ and then kill $$',
  'a$$',
  '$$$',
  '$$ $$',
  '`$$x$$` and `\\(x\\)`',
  '```sh\necho $$x$$ \\[y\\] [^\\s]\n```',
  '\\[ unclosed',
])('[W-71] is no formula: %s', (text) => {
  expect(formulas(text)).toEqual([])
})

test.each([
  ['So $$x_1^2$$ is', ['x_1^2']],
  ['So \\(a_1 + b_1\\) and \\(c\\)', ['a_1 + b_1', 'c']],
  ['First:\n\\[\n\\frac{1}{2}\n\\]\nthen', ['\\frac{1}{2}']],
  [
    '$$\n\\begin{aligned}a &= b \\\\\nc &= d\\end{aligned}\n$$',
    ['\\begin{aligned}a &= b \\\\\nc &= d\\end{aligned}'],
  ],
  ['- one\n- $$ y = x $$', ['y = x']],
  ['| a |\n|---|\n| \\(z\\) |', ['z']],
])('[W-71] is a formula: %s', (text, expected) => {
  expect(formulas(text)).toEqual(expected)
})

test('money, tildes and regular expressions stay as they were written', () => {
  const html = htmlOf(
    'US$2bn to $4bn, $5 and $10, 20~25 and 30~35.\n\n`pstree -p $$`\n\n```js\n/[^\\s]+/\n```',
  )
  expect(html).toContain('<p>US$2bn to $4bn, $5 and $10, 20~25 and 30~35.</p>')
  expect(html).toContain('<code>pstree -p $$</code>')
  expect(html).toContain('/[^\\s]+/')
})

const everything = `# Title *a*

Text **bold *both* \`code\`** [link](https://a.example "t") and ![cat](https://b.example/c.png), ~~gone~~, 20~25, $5.

<img src=x onerror=alert(1)> <script>alert(1)</script> &lt;b&gt; [bad](javascript:alert(1)) <https://c.example>

1. one
   - [x] deep \\(x_1\\)
   \`\`\`ts
   const a = '<b>' // [^\\s]
   \`\`\`
2. two

> quoted $$y$$
> - in it

$$
\\sum_{i=1}^n i
$$

| a | b |
|:--|--:|
| \`1|2\` | [x](https://d.example) |

~~~
half

\`\`\`html
<p>x</p>
\`\`\`
~~~

[ref][1] and a[^1] last

[1]: https://e.example
`

describe('[W-66] at every prefix of a text that has everything', () => {
  const prefixes = Array.from({ length: everything.length + 1 }, (_, end) => everything.slice(0, end))

  test('it is shown, without HTML of its own and without anything to load', { timeout: 60_000 }, () => {
    for (const prefix of prefixes) {
      const html = htmlOf(prefix)
      expect(html, prefix).not.toMatch(/<(img|script|iframe|object|video|audio|source|link|style)\b/)
      expect(html, prefix).not.toMatch(/href="(?!https:\/\/|mailto:)|<[^>]*\son\w+=/)
    }
  })

  test('what grew is what it would be at once', () => {
    let before: Tokenised | null = null
    const types = ({ tokens }: Tokenised) => tokens.map(({ type, raw }) => [type, raw])
    for (const prefix of prefixes) {
      before = tokenise(prefix, before)
      expect(types(before), prefix).toEqual(types(tokenise(prefix, null)))
    }
  })
})

test('the parts of a text that came before its end stay the same while it grows', () => {
  const one = tokenise('First.\n\nSecond.\n\nThi', null)
  const two = tokenise('First.\n\nSecond.\n\nThird', one)
  expect(two.tokens[0]).toBe(one.tokens[0])
  expect(two.tokens.map(({ raw }) => raw).join('')).toBe(two.text)
})
