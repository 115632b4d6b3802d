import { expect, test } from 'vitest'
import { bytesPerMs } from './limits.ts'
import { createSegmenter, type Segment } from './segmenter.ts'
import { silence, speech } from './test-voice.ts'

/** The segments of sound that comes in pieces of so many bytes. */
function segmentsOf(sound: Buffer, pieceBytes = 3200): Segment[] {
  const segmenter = createSegmenter()
  const segments: Segment[] = []
  for (let at = 0; at < sound.length; at += pieceBytes) {
    segments.push(...segmenter.feed(sound.subarray(at, at + pieceBytes)))
  }
  return [...segments, ...segmenter.flush()]
}

/** How long each utterance is, in milliseconds, and how often it was paused in. */
function utterancesOf(segments: Segment[]) {
  const utterances: { ms: number; pauses: number }[] = []
  for (const segment of segments) {
    if (segment.kind === 'begin') utterances.push({ ms: 0, pauses: 0 })
    const last = utterances.at(-1)
    if (last && segment.kind === 'sound') last.ms += segment.pcm.length / bytesPerMs
    if (last && segment.kind === 'pause') last.pauses += 1
  }
  return utterances
}

test('[V10] two sentences with a second between them are two utterances; a short pause is within one', () => {
  const sound = Buffer.concat([
    silence(2000),
    speech(1500),
    silence(500),
    speech(1000),
    silence(1500),
    speech(800),
  ])
  const [first, second, ...more] = utterancesOf(segmentsOf(sound))
  expect(more).toEqual([])
  expect(first?.ms).toBeGreaterThan(3000)
  expect(first?.ms).toBeLessThan(4500)
  expect(first?.pauses).toBe(2)
  expect(second?.ms).toBeGreaterThan(750)
  expect(second?.ms).toBeLessThan(1500)
})

test('[V10] what comes before the first word is kept for a moment, so that none is cut', () => {
  const [only] = utterancesOf(segmentsOf(Buffer.concat([silence(3000), speech(1000)])))
  expect(only?.ms).toBeGreaterThan(1100)
  expect(only?.ms).toBeLessThan(1500)
})

test('[V10] nothing begins in a room where nobody speaks: silence, hum, a click, no signal at all', () => {
  const click = Buffer.concat([silence(3000), speech(60), silence(3000)])
  const hum = Buffer.alloc(10_000 * bytesPerMs)
  for (let at = 0; at < hum.length / 2; at++) hum.writeInt16LE(Math.round(60 * Math.sin(at / 20)), at * 2)
  for (const sound of [silence(20_000), click, hum, Buffer.alloc(320_000)]) {
    expect(segmentsOf(sound)).toEqual([])
  }
})

test('[V10] a loud machine that goes on is the room after a while', () => {
  const machine = Buffer.alloc(60_000 * bytesPerMs)
  for (let at = 0; at < machine.length / 2; at++) {
    machine.writeInt16LE(Math.round((Math.random() * 2 - 1) * 1500), at * 2)
  }
  const utterances = utterancesOf(segmentsOf(machine))
  expect(utterances.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThan(20_000)
})

test('[V11] speech without an end is cut after twenty seconds', () => {
  const utterances = utterancesOf(segmentsOf(speech(65_000)))
  expect(utterances.length).toBeGreaterThanOrEqual(3)
  for (const { ms } of utterances) expect(ms).toBeLessThanOrEqual(20_000)
})

test('[V10] wherever sound is cut into messages, its utterances are the same', () => {
  const sound = Buffer.concat([silence(500), speech(1200), silence(1200), speech(900), silence(900)])
  const whole = utterancesOf(segmentsOf(sound))
  expect(whole).toHaveLength(2)
  for (const bytes of [2, 958, 962, 30_000]) expect(utterancesOf(segmentsOf(sound, bytes))).toEqual(whole)
})
