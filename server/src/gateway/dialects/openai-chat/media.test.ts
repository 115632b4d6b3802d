import { describe, expect, test } from 'vitest'
import { parsed, refusalOf } from '../test-requests.ts'
import { openAiChat } from './index.ts'

type Json = Record<string, unknown>

const bodyOf = (...content: Json[]) => ({ model: 'm', messages: [{ role: 'user', content }] })
const read = (...content: Json[]) => parsed(openAiChat, bodyOf(...content))
const refusal = (part: Json) => refusalOf(() => read(part))
const file = (file_data: string) => ({ type: 'file', file: { file_data } })
const png = 'data:image/png;base64,AAAA'

test.each([
  { type: 'image', image: 'http://10.0.0.1/' },
  { type: 'video', video: ['http://10.0.0.1/'] },
  { type: 'input_audio', input_audio: { data: 'http://10.0.0.1/' } },
  { type: 'x', image: { url: 'http://10.0.0.1/' } },
  { type: 'x', image: { url: '//10.0.0.1/' } },
  { type: 'x', image: ' FILE:///etc/passwd' },
  { type: 'x', a: { b: [{ c: 's3+x.y-z://bucket' }] } },
  { type: 'image_url', image_url: { url: png, fallback: 'http://10.0.0.1/' } },
  { type: 'image_url', image_url: [{ url: png }, { url: 'x.png' }] },
  { type: 'x', image: 'data:text/html;base64,AAAA' },
])('[A-26] an address in any place of a part is refused: %j', (part) => {
  expect(refusal(part)).toMatchObject({ status: 400, code: 'unsupported_image_url' })
})

test('[A-26] a part that is deeper than the stack is read to its end', () => {
  const depth = 100_000
  const nested = `${'{"a":'.repeat(depth)}"http://10.0.0.1/"${'}'.repeat(depth)}`
  const text = JSON.stringify(bodyOf({ type: 'x', a: 'HERE' })).replace('"HERE"', nested)
  expect(refusalOf(() => parsed(openAiChat, text))).toMatchObject({ code: 'unsupported_image_url' })
})

test('[A-26] an uploaded file is a 400 that says what to send', () => {
  const refused = refusal({ type: 'file', file: { file_id: 'file-1' } })
  expect(refused).toMatchObject({ code: 'invalid_request', param: 'messages[0].content[0].file.file_id' })
  expect(refused.message).toContain('base64')
})

test('[A-26] words are no addresses, and what is null is not said', () => {
  const words = { type: 'text', text: 'http://10.0.0.1/', image_url: null, file: { file_id: null } }
  expect(read(words)).toMatchObject({ hasImages: false, imageTokens: 0 })
  expect(refusal({ type: 'image_url', image_url: null })).toMatchObject({ code: 'invalid_request' })
})

describe('what data costs', () => {
  test('a picture in a part of any shape is counted, and is no text', () => {
    const parts = [
      { type: 'image_url', image_url: { url: png } },
      { type: 'image', image: png },
      { type: 'x', y: [png] },
    ]
    const bytes = JSON.stringify(bodyOf(...parts)).length
    expect(read(...parts)).toMatchObject({
      hasImages: true,
      imageTokens: 3000,
      textBytes: bytes - 3 * png.length,
    })
  })

  test('a text is counted as the text it is, whatever its size', () => {
    const text = 'some words '.repeat(50_000)
    for (const url of [
      `data:text/plain;base64,${Buffer.from(text).toString('base64')}`,
      `data:text/plain,${text}`,
    ]) {
      const request = read(file(url))
      expect(request).toMatchObject({ hasImages: false, imageTokens: 0 })
      expect(request.promptTexts()).toContain(text)
      expect(request.textBytes).toBe(JSON.stringify(bodyOf(file(''))).length + text.length)
      expect(request.inputTokensEstimate).toBeGreaterThan(100_000)
    }
  })

  test('a document costs by its size, and never less than a picture', () => {
    const pdf = 'AAAA'.repeat(100_000)
    expect(read(file('AAAA')).imageTokens).toBe(1000)
    for (const data of [pdf, `data:application/pdf;base64,${pdf}`]) {
      const request = read(file(data))
      expect(request).toMatchObject({ hasImages: true, imageTokens: 15_000 })
      expect(request.textBytes).toBe(JSON.stringify(bodyOf(file(''))).length)
    }
  })
})
