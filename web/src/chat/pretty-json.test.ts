import { expect, test } from 'vitest'
import { prettyJson } from './pretty-json.ts'

test('[W-104] JSON is shown by lines, in letters', () => {
  expect(prettyJson('{"city":"Z\\u00fcrich","days":[1,2.5]}')).toBe(
    '{\n  "city": "Zürich",\n  "days": [\n    1,\n    2.5\n  ]\n}',
  )
})

test.each([
  '18 degrees',
  '',
  '{"cut": "in the mid',
  '12345678901234567890',
  '{"id":12345678901234567890}',
  '[1.0]',
])('[W-104] %j is shown as it was said', (text) => expect(prettyJson(text)).toBe(text))
