import { bytesPerMs, voiceLimits } from './limits.ts'
import { createVoiceActivity } from './voice-activity.ts'

const frameMs = 30
const frameBytes = frameMs * bytesPerMs
// So much speech within so much time begins an utterance: a click is none.
const onsetFrames = 4
const onsetWindow = 7
// What is kept of the time before: the first sound of a word is quieter than what gives it away.
const leadFrames = 14
const pauseFrames = 12
const endFrames = 27
const framesMax = Math.floor(voiceLimits.utteranceMs / frameMs)

/** What becomes of sound: utterances with pauses in them; what lies between them is dropped. */
export type Segment =
  | { kind: 'begin' }
  | { kind: 'sound'; pcm: Buffer; isSpeech: boolean }
  | { kind: 'pause' }
  | { kind: 'end' }

/** Cuts sound into utterances. */
export type Segmenter = {
  /** Takes sound of any length, cut anywhere between samples. */
  feed(pcm: Buffer): Segment[]
  /** Ends the utterance that was begun. */
  flush(): Segment[]
}

/** Builds one, which knows nothing of the room yet. */
export function createSegmenter(): Segmenter {
  const isSpeechIn = createVoiceActivity()
  let rest: Buffer = Buffer.alloc(0)
  let lead: { pcm: Buffer; isSpeech: boolean }[] = []
  let frames = 0
  let quietFrames = 0
  let isOpen = false

  function begin(): Segment[] {
    isOpen = true
    frames = lead.length
    quietFrames = 0
    const sounds = lead.map((sound) => ({ kind: 'sound' as const, ...sound }))
    lead = []
    return [{ kind: 'begin' }, ...sounds]
  }

  function end(): Segment[] {
    isOpen = false
    return [{ kind: 'end' }]
  }

  function outside(pcm: Buffer, isSpeech: boolean): Segment[] {
    lead = [...lead, { pcm, isSpeech }].slice(-leadFrames)
    const speaking = lead.slice(-onsetWindow).filter((sound) => sound.isSpeech)
    return speaking.length >= onsetFrames ? begin() : []
  }

  function inside(pcm: Buffer, isSpeech: boolean): Segment[] {
    frames += 1
    quietFrames = isSpeech ? 0 : quietFrames + 1
    const sound = { kind: 'sound' as const, pcm, isSpeech }
    if (quietFrames >= endFrames || frames >= framesMax) return [sound, ...end()]
    return quietFrames === pauseFrames ? [sound, { kind: 'pause' }] : [sound]
  }

  return {
    feed(pcm) {
      const all = rest.length > 0 ? Buffer.concat([rest, pcm]) : pcm
      const segments: Segment[] = []
      let at = 0
      for (; at + frameBytes <= all.length; at += frameBytes) {
        const frame = Buffer.from(all.subarray(at, at + frameBytes))
        const isSpeech = isSpeechIn(frame)
        segments.push(...(isOpen ? inside(frame, isSpeech) : outside(frame, isSpeech)))
      }
      rest = Buffer.from(all.subarray(at))
      return segments
    },
    flush: () => (isOpen ? end() : []),
  }
}
