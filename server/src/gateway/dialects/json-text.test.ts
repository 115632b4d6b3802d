import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inOneLine, withField } from './json-text.ts'

test('a field is given another value, and all else keeps its bytes', () => {
  const json = '{ "a" : [ {"model":"x"}, 1.0 ], "model" : "x" , "n": 12345678901234567890 }'
  expect(withField(json, ['model'], 'y')).toBe(json.replace('"model" : "x"', '"model" : "y"'))
})

test.each([
  ['{}', '{"model":"y"}'],
  ['{ }', '{ "model":"y"}'],
  ['{"a":{"model":1}}', '{"a":{"model":1},"model":"y"}'],
  ['{"model":null,"a":"}\\"model\\":"}', '{"model":"y","a":"}\\"model\\":"}'],
  ['{"model":"x","a":1,"model":"z"}', '{"model":"x","a":1,"model":"y"}'],
  ['{"m\\u006fdel":{"a":[1,{}]}}', '{"m\\u006fdel":"y"}'],
  ['{"a":"\\\\","model":"x"}', '{"a":"\\\\","model":"y"}'],
  ['{"a":"model"\n,"model"\n:\n-1e5\n}', '{"a":"model"\n,"model"\n:\n"y"\n}'],
])('%s becomes %s', (json, changed) => {
  expect(withField(json, ['model'], 'y')).toBe(changed)
})

test.each([
  ['{"message":{"model":"x","b":1.0},"model":"x"}', '{"message":{"model":"y","b":1.0},"model":"x"}'],
  ['{"message":{}}', '{"message":{"model":"y"}}'],
  ['{"message":null}', '{"message":{"model":"y"}}'],
  ['{"a":1}', '{"a":1,"message":{"model":"y"}}'],
])('inside %s it becomes %s', (json, changed) => {
  expect(withField(json, ['message', 'model'], 'y')).toBe(changed)
})

test('of any object, however it is spaced, one field is set and no other changes', () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue())
  fc.assert(
    fc.property(objects, fc.string(), fc.constantFrom(0, 1, 3), (object, name, spaces) => {
      const json = JSON.stringify(object, null, spaces)
      // As JSON says it, which knows no -0.
      const said = Object.entries(JSON.parse(json))
      expect(JSON.parse(withField(json, [name], 'y'))).toEqual(Object.fromEntries([...said, [name, 'y']]))
    }),
  )
})

test('JSON of several lines is the same in one', () => {
  expect(inOneLine('{\n "a": "\\n"\n}')).toBe('{  "a": "\\n" }')
})
