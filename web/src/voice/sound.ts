import workletUrl from './pcm-worklet.ts?worker&url'
import { releaseMicrophone, type TakenMicrophone } from './take-microphone.ts'

/** What comes from a microphone. */
export type SoundListener = {
  /** A tenth of a second: PCM of 16 bits, mono, 16 kHz. */
  onSound(pcm: ArrayBuffer): void
  /** The microphone was taken away. */
  onLost(): void
}

/** Begins to listen; resolves to what ends it. @throws DOMException as `getUserMedia` does; nothing is held then */
export async function openSound(taken: TakenMicrophone, listener: SoundListener): Promise<() => void> {
  const { context } = taken
  try {
    const stream = await taken.stream
    await Promise.all([context.audioWorklet.addModule(workletUrl), context.resume()])
    const node = new AudioWorkletNode(context, 'pcm')
    node.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => listener.onSound(data)
    context.createMediaStreamSource(stream).connect(node)
    // It says nothing, but only what leads somewhere is run by every browser.
    node.connect(context.destination)
    for (const track of stream.getAudioTracks()) track.onended = () => listener.onLost()
    return () => {
      node.port.onmessage = null
      releaseMicrophone(taken)
    }
  } catch (error) {
    releaseMicrophone(taken)
    throw error
  }
}

/** How loud a piece of sound is, from 0 to 1, as it is heard. */
export function loudnessOf(pcm: ArrayBuffer): number {
  const samples = new Int16Array(pcm)
  let sum = 0
  for (const sample of samples) sum += sample ** 2
  const db = 10 * Math.log10(sum / samples.length / 32_768 ** 2 + 1e-9)
  return Math.max(0, Math.min(1, (db + 60) / 50))
}
