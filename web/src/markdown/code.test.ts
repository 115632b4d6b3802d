import { expect, test } from 'vitest'
import { grammarOf, languageLabel } from './code-languages.ts'
import { coloursOf } from './colours.ts'
import { isClosedFence } from './fence.ts'
import { createRecent } from './recent.ts'

test('[W-72] a fence is closed by as many of its signs as opened it, or more', () => {
  for (const raw of ['```ts\na\n```', '```\n```\n', '~~~~\n~~~\n~~~~~', '    indented', '   ```\na\n  ```  '])
    expect(isClosedFence(raw), raw).toBe(true)
  for (const raw of [
    '```',
    '```ts',
    '```ts\na',
    '```ts\na\n``',
    '~~~~\na\n~~~',
    '```\na\n~~~',
    '```\na\n``` x',
  ])
    expect(isClosedFence(raw), raw).toBe(false)
})

test('[W-72] code that is longer than 50,000 characters, or in no known language, stays plain', async () => {
  // Without a worker: asking one would fail here.
  expect(await coloursOf('ts', 'x'.repeat(50_001))).toBeNull()
  expect(await coloursOf('klingon', 'x')).toBeNull()
})

test('every language has its grammar, and is found by each of its names', async () => {
  for (const name of ['ts', 'TypeScript', 'bash', 'c++', 'dockerfile', 'py']) {
    const grammar = grammarOf(name)
    expect(
      (await grammar?.load())?.map((each) => each.name),
      name,
    ).toContain(grammar?.id)
  }
  expect([languageLabel('js'), languageLabel('klingon'), languageLabel('')]).toEqual([
    'JavaScript',
    'klingon',
    'Text',
  ])
})

test('what was used longest ago is forgotten first, and no more is kept than may be', () => {
  const recent = createRecent<number>({ sizeMax: 10 })
  recent.put('a', 1, 4)
  recent.put('b', 2, 4)
  recent.get('a')
  recent.put('c', 3, 4)
  expect(['a', 'b', 'c'].map((name) => recent.get(name))).toEqual([1, undefined, 3])
  recent.put('c', 4, 8)
  expect(['a', 'c'].map((name) => recent.get(name))).toEqual([undefined, 4])
  recent.put('whale', 5, 11)
  expect([recent.get('whale'), recent.get('c')]).toEqual([undefined, 4])
})
