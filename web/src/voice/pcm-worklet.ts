// Runs beside the page, in the thread of the sound: it makes of whatever the microphone gives what the server takes.
import { createResampler } from './resampler.ts'

declare const sampleRate: number
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

const voiceRate = 16_000
const messageSamples = voiceRate / 10

class PcmProcessor extends AudioWorkletProcessor {
  readonly #resample = createResampler(sampleRate, voiceRate)
  #message = new Int16Array(messageSamples)
  #filled = 0

  process([input = []]: Float32Array[][]): boolean {
    const [channel] = input
    if (channel) for (const sample of this.#resample(channel)) this.#add(sample)
    return true
  }

  #add(sample: number): void {
    this.#message[this.#filled++] = sample
    if (this.#filled < messageSamples) return
    const { buffer } = this.#message
    this.port.postMessage(buffer, [buffer])
    this.#message = new Int16Array(messageSamples)
    this.#filled = 0
  }
}

registerProcessor('pcm', PcmProcessor)
