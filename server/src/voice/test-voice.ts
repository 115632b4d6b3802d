// Speakers for tests: sound that is speech to a detector of it, and a client that hears what comes back.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { VoiceEvent } from '@portal/contract'
import { WebSocket } from 'ws'
import { eventually, type Portal } from '../test/index.ts'
import { bytesPerMs } from './limits.ts'

/** Sound like speech, as loud as a talker: noise in syllables of a quarter of a second. */
export const speech = (ms: number): Buffer =>
  sound(ms, (at) => 0.3 * (1 + Math.sin((at / 4000) * 2 * Math.PI)))

/** A quiet room. */
export const silence = (ms: number): Buffer => sound(ms, () => 0.0005)

function sound(ms: number, loudness: (sample: number) => number): Buffer {
  const pcm = Buffer.alloc(ms * bytesPerMs)
  for (let at = 0; at < pcm.length / 2; at++) {
    const sample = (Math.random() * 2 - 1) * loudness(at)
    pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), at * 2)
  }
  return pcm
}

/** A sentence as Debian's flite says it. */
export function spoken(sentence: string): Buffer {
  const folder = mkdtempSync('/tmp/portal-spoken-')
  const file = join(folder, 'sentence.wav')
  execFileSync('flite', ['-voice', 'slt', '-t', sentence, '-o', file])
  const wav = readFileSync(file)
  rmSync(folder, { recursive: true })
  return wav.subarray(44)
}

type SpeakerSettings = {
  key?: string
  headers?: Record<string, string>
  query?: string
}

/** A connected client. */
export type Speaker = {
  socket: WebSocket
  events: VoiceEvent[]
  /** Texts and failures so far, each with its type. */
  said: () => string[]
  /** Sends sound, in messages of 100 ms. */
  speak: (...sounds: Buffer[]) => void
  stop: () => void
  /** Resolves with the first event of a type, from those that have not been waited for. */
  hear: <Type extends VoiceEvent['type']>(
    type: Type,
    times?: number,
  ) => Promise<Extract<VoiceEvent, { type: Type }>>
  /** Resolves with the close code. */
  closed: Promise<number>
}

/** Connects; resolves when it may speak. @throws Error whose message is the status, and what was answered */
export async function connect(
  { url }: Pick<Portal, 'url'>,
  settings: SpeakerSettings = {},
): Promise<Speaker> {
  const { key, headers = {}, query = '' } = settings
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/voice/transcribe${query}`, {
    headers: { ...headers, ...(key && { authorization: `Bearer ${key}` }) },
  })
  const events: VoiceEvent[] = []
  socket.on('message', (data) => events.push(VoiceEvent.parse(JSON.parse(String(data)))))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await opened(socket)
  const hear: Speaker['hear'] = (type, times = 1) =>
    eventually(() => {
      const found = events.filter((event) => event.type === type)[times - 1]
      if (!found) throw new Error(`No ${type}: ${JSON.stringify(events)}`)
      return found as never
    })
  await hear('ready')
  return {
    ...{ socket, events, closed, hear },
    said: () =>
      events.flatMap((event) =>
        event.type === 'final' ? [event.text] : event.type === 'error' ? [event.code] : [],
      ),
    speak(...sounds) {
      const all = Buffer.concat(sounds)
      for (let at = 0; at < all.length; at += 3200) socket.send(all.subarray(at, at + 3200))
    },
    stop: () => socket.send('{"type":"stop"}'),
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_, res) => {
      let text = ''
      res.on('data', (chunk) => {
        text += String(chunk)
      })
      res.once('end', () => reject(new Error(`${res.statusCode} ${text}`)))
    })
  })
}
