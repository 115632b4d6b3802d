import { walkTokens } from 'marked'
import { expect, test } from 'vitest'
import { guidePages } from './contents.ts'
import { builtPages, guideText } from './guide-text.ts'
import { guideTarget, headingsOf, tokensOf } from './markdown.ts'

const tokens = async (name: string) => tokensOf(await guideText(name), 'https://p.example')
const anchorsOf = async (name: string) => headingsOf(await tokens(name), [2, 3]).map(({ id }) => id)

/** Every link of a page, wherever in it. */
async function linksOf(name: string): Promise<string[]> {
  const hrefs: string[] = []
  walkTokens(await tokens(name), (token) => {
    if (token.type === 'link') hrefs.push(token.href)
  })
  return hrefs
}

test('[W-50] every page of the guide is listed once, under the title that it has', async () => {
  expect(guidePages.map(({ name }) => name).toSorted()).toEqual(builtPages.toSorted())
  for (const { name, title } of guidePages) expect((await guideText(name)).split('\n')[0]).toBe(`# ${title}`)
})

test('[W-51] every link within the guide leads to a page and a heading that are there', async () => {
  for (const { name } of guidePages) {
    for (const href of await linksOf(name)) {
      const target = guideTarget(href, name)
      if (!target) continue
      const anchors = await anchorsOf(target.page)
      if (target.hash) expect(anchors, `${name}: ${href}`).toContain(target.hash)
    }
  }
})

test('no two headings of a page have the same anchor', async () => {
  for (const { name } of guidePages) {
    const anchors = await anchorsOf(name)
    expect(new Set(anchors).size, name).toBe(anchors.length)
  }
})

test('links elsewhere are left as they are', () => {
  expect(guideTarget('https://example.com/a.md#b', 'mail')).toBeNull()
  expect(guideTarget('/dev/mailbox', 'mail')).toBeNull()
  expect(guideTarget('#prices', 'models')).toEqual({ page: 'models', hash: 'prices' })
  expect(guideTarget('sign-in.md', 'models')).toEqual({ page: 'sign-in', hash: '' })
})

test('[W-51] examples call the portal that shows them; where it listens by default stays as it is', () => {
  const [{ raw } = { raw: '' }] = tokensOf(
    '# Title\n\nListens on http://127.0.0.1:3000: call http://127.0.0.1:3000/api/x',
    'https://p.example',
  ).filter(({ type }) => type === 'paragraph')
  expect(raw).toBe('Listens on http://127.0.0.1:3000: call https://p.example/api/x')
})

test('a page’s headings are those of the second level, none out of its code', () => {
  expect(headingsOf(tokensOf('# A\n## The `b` one\n```sh\n## not\n```\n### C\n## D', ''))).toEqual([
    { text: 'The b one', id: 'the-b-one' },
    { text: 'D', id: 'd' },
  ])
})
