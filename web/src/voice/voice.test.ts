import { describe, expect, test } from 'vitest'
import { spaced } from './insert-text.ts'
import { microphoneProblem } from './problems.ts'
import { createResampler } from './resampler.ts'

/** A tone as a microphone gives it: in pieces of 128 samples, as loud as can be. */
function heard(hertz: number, rate: number): Int16Array {
  const resample = createResampler(rate, 16_000)
  const made: number[] = []
  for (let at = 0; at < rate; at += 128) {
    const samples = Float32Array.from({ length: 128 }, (_, i) =>
      Math.sin(((at + i) / rate) * 2 * Math.PI * hertz),
    )
    made.push(...resample(samples))
  }
  return Int16Array.from(made)
}

const loudest = (pcm: Int16Array) => Math.max(...pcm.map(Math.abs))

describe('[V42] sound of any rate becomes 16 kHz', () => {
  test.each([16_000, 44_100, 48_000, 96_000])('from %i, with as many samples as time', (rate) => {
    const pcm = heard(440, rate)
    expect(Math.abs(pcm.length - 16_000)).toBeLessThanOrEqual(50)
    expect(loudest(pcm)).toBeGreaterThan(31_000)
    const crossings = pcm.filter((sample, at) => at > 0 && sample >= 0 && (pcm[at - 1] ?? 0) < 0).length
    expect(Math.abs(crossings - 440)).toBeLessThanOrEqual(3)
  })

  test('what it cannot carry is dampened, and what is too loud is cut, not turned over', () => {
    expect(loudest(heard(15_900, 48_000))).toBeLessThan(8_000)
    const resample = createResampler(16_000, 16_000)
    expect([...resample(Float32Array.from([2, -2, 0]))]).toEqual([32_767, -32_767, 0])
  })
})

test('[V41] words stand apart from what is beside the caret, and from nothing else', () => {
  expect(spaced('hello', { before: '', after: '' })).toBe('hello')
  expect(spaced('there', { before: 'hello', after: '' })).toBe(' there')
  expect(spaced('there', { before: 'hello ', after: '' })).toBe('there')
  expect(spaced('there', { before: 'hello\n', after: 'friend' })).toBe('there ')
  expect(spaced('there', { before: 'hello', after: ', friend' })).toBe(' there')
  expect(spaced('да', { before: 'ну', after: 'вот' })).toBe(' да ')
})

test('[V43] whatever the browser refuses with, there is a sentence on what to do', () => {
  for (const name of [
    'NotAllowedError',
    'NotFoundError',
    'NotReadableError',
    'AbortError',
    'SecurityError',
  ]) {
    expect(microphoneProblem(new DOMException('', name))).toMatch(/then try again\.$/)
  }
  expect(microphoneProblem(new Error('odd'))).toMatch(/\.$/)
})
