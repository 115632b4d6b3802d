import { voiceSampleRate } from '@portal/contract'

const headerBytes = 44

/** A WAV file (RIFF, PCM of 16 bits, mono, 16 kHz) of sound as it is sent. */
export function wavFromPcm(pcm: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.write('RIFF', 0)
  header.writeUInt32LE(headerBytes - 8 + pcm.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(voiceSampleRate, 24)
  header.writeUInt32LE(voiceSampleRate * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(pcm.length, 40)
  return Buffer.concat([header, pcm])
}
